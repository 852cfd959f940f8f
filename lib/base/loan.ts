/** What a lease hands out in place of a connection: a view of it that is of no use once the lease has ended. */
export interface Loan<C> {
  readonly connection: C;
  /** The lease has ended: whatever was begun through the view and is still open ends too. Called once. */
  end(): void;
}
