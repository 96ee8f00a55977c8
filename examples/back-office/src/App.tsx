import { useCallback, useMemo, useState } from "react";
import { Provider } from "urql";

import { createClient } from "./client";
import { loadSession, storeSession, type Session } from "./session";
import { Shell } from "./Shell";
import { SignIn } from "./SignIn";

export function App() {
  const [session, setSession] = useState(loadSession);
  const [notice, setNotice] = useState("");

  const change = useCallback((next: Session | null, because = "") => {
    storeSession(next);
    setNotice(because);
    setSession(next);
  }, []);

  const client = useMemo(
    () => session && createClient(session, () => change(null, "The server doesn’t take this API key.")),
    [session, change],
  );

  if (!client) return <SignIn notice={notice} onSignIn={change} />;
  return (
    // Another key sees other things: nothing of the one before is left.
    <Provider value={client} key={session?.apiKey}>
      <Shell onSignOut={() => change(null)} />
    </Provider>
  );
}
