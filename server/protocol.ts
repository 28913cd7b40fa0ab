/**
 * The custom messages between the language server and its client: plain data only, so that the client needs nothing else
 * from the server's folders.
 */
export {};
