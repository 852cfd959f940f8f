/** A type of browsers, which version 1 of the SDK names and Node does not declare. */
type HeadersInit = NonNullable<RequestInit['headers']>;
