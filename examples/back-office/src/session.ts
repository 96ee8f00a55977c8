/** Where the API is, and by what key it is used. */
export type Session = { server: string; apiKey: string };

const NAME = "back-office";

/** As it was left in this tab: sessionStorage is gone with the tab, and no other origin sees it. */
export function loadSession(): Session | null {
  const stored = sessionStorage.getItem(NAME);
  return stored === null ? null : (JSON.parse(stored) as Session);
}

export function storeSession(session: Session | null): void {
  if (session) sessionStorage.setItem(NAME, JSON.stringify(session));
  else sessionStorage.removeItem(NAME);
}

/** Where the server has a file, whose path it told. */
export function fileUrl(path: string): string {
  return new URL(path, endpoint(loadSession()?.server ?? location.href)).href;
}

/** Hand a file in; what the API knows it by. Throws what the server says against it. */
export async function sendFile(file: File): Promise<string> {
  const reply = await fetch(fileUrl("/files"), {
    method: "POST",
    headers: { Authorization: `Bearer ${loadSession()?.apiKey}`, "Content-Type": file.type },
    body: file,
  });
  const told = (await reply.json()) as { id: string } | { errors: { message: string }[] };
  if ("errors" in told) throw new Error(told.errors.map((each) => each.message).join(" "));
  return told.id;
}

/** The address that a person typed, as that of the GraphQL endpoint. Throws where it is none. */
export function endpoint(server: string): string {
  const url = new URL(server.trim());
  if (!url.pathname.endsWith("/graphql")) url.pathname = url.pathname.replace(/\/$/, "") + "/graphql";
  return url.href;
}
