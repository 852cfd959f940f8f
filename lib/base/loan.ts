/**
 * What a lease hands out in place of its connection: a view of the connection that stops working when the lease ends.
 */
export interface Loan<C> {
  readonly connection: C;
  /** Called once, when the lease has ended. Ends everything that was begun through the view and is still open. */
  end(): void;
}
