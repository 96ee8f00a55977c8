"use strict";

// Puts GraphiQL on the page: one API key for all tabs, queries over POST, subscriptions over a WebSocket.

(() => {
  const NO_KEY = '{\n  "Authorization": "Bearer "\n}';
  const ASK_FOR_KEY =
    'Put your API key under Headers, behind "Bearer ". The schema is then loaded, and operations can be run.';

  // The address without what follows it: the page is served where the API is.
  const http = new URL(location.pathname, location.href).href;
  const send = GraphiQL.createFetcher({ url: http, subscriptionUrl: http.replace(/^http/, "ws") });

  // Each tab has headers of its own. The last key that was typed in one of them serves those without, and lives
  // no longer than this page: neither it nor any header is stored.
  let key = "";

  function keyOf(headers) {
    const name = Object.keys(headers).find((each) => each.toLowerCase() === "authorization");
    const value = name ? String(headers[name]).trim() : "";
    return /^bearer$/i.test(value) ? "" : value;
  }

  function withKey(headers) {
    const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization");
    return { ...Object.fromEntries(others), Authorization: keyOf(headers) || key };
  }

  // GraphiQL asks for the schema again whenever it is given another fetcher.
  function makeFetcher() {
    return (parameters, options = {}) => {
      const headers = withKey(options.headers ?? {});
      if (!headers.Authorization) {
        return { errors: [{ message: ASK_FOR_KEY }] };
      }
      return send(parameters, { ...options, headers });
    };
  }

  let settled;

  function headersEdited(text) {
    clearTimeout(settled);
    settled = setTimeout(() => {
      let typed = "";
      try {
        typed = keyOf(JSON.parse(text || "{}"));
      } catch {
        return; // half typed
      }
      if (typed && typed !== key) {
        key = typed;
        render();
      }
    }, 500);
  }

  // GraphiQL remembers tabs, and in its history each operation with its headers: the headers stay out.
  function withoutHeaders(text) {
    try {
      return JSON.stringify(JSON.parse(text, (name, value) => (name === "headers" ? null : value)));
    } catch {
      return text; // not JSON: an operation, or a word
    }
  }

  const storage = {
    getItem: (name) => localStorage.getItem(name),
    setItem: (name, value) => localStorage.setItem(name, withoutHeaders(value)),
    removeItem: (name) => localStorage.removeItem(name),
    clear: () => localStorage.clear(),
    get length() {
      return localStorage.length;
    },
  };

  const examples = JSON.parse(document.getElementById("examples").textContent);
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));

  function render() {
    const element = React.createElement;
    root.render(
      element(
        GraphiQL,
        {
          fetcher: makeFetcher(),
          storage,
          defaultTabs: examples.map((example) => ({ ...example, headers: NO_KEY })),
          defaultHeaders: NO_KEY,
          defaultEditorToolsVisibility: "headers",
          onEditHeaders: headersEdited,
          shouldPersistHeaders: false,
          showPersistHeadersSettings: false,
        },
        element(GraphiQL.Logo, null, element("span", { className: "wordmark" }, "Tradewind")),
      ),
    );
  }

  render();
})();
