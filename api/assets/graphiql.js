"use strict";

// Puts GraphiQL on the page once there is a key: queries over POST, subscriptions over a WebSocket, and examples with ids
// of what the key sees.

(() => {
  const byId = (id) => document.getElementById(id);
  const { ids: askForIds, examples } = JSON.parse(byId("examples").textContent);

  // The address without what follows it: the page is served where the API is.
  const url = new URL(location.pathname, location.href).href;
  const subscriptionUrl = url.replace(/^http/, "ws");

  // The key lives as long as this tab; GraphiQL, which remembers tabs and what was run, never has it.
  const stored = sessionStorage.getItem("api-key");
  let root;

  byId("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    use(byId("key").value.trim().replace(/^bearer\s+/i, ""));
  });

  async function use(key) {
    const headers = { Authorization: `Bearer ${key}` };
    const reply = await ask(headers);
    const refusal = reply.errors?.find((error) => error.extensions?.code === "UNAUTHENTICATED");
    byId("key-said").textContent = refusal ? refusal.message : "";
    if (refusal) {
      sessionStorage.removeItem("api-key");
      return;
    }
    sessionStorage.setItem("api-key", key);
    byId("key").value = key;
    const filled = examples.map((example) => ({ ...example, variables: fill(example.variables, idsOf(reply.data)) }));
    offer(filled);
    render(headers, filled.filter(({ part }, index) => part !== filled[index - 1]?.part).slice(0, 2));
  }

  async function ask(headers) {
    try {
      const body = JSON.stringify({ query: askForIds });
      const reply = await fetch(url, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body });
      return await reply.json();
    } catch {
      return { errors: [{ message: "The server can't be reached.", extensions: { code: "UNAUTHENTICATED" } }] };
    }
  }

  // The first of each kind. What there is none of stays empty, and an example says where it comes from.
  function idsOf(data) {
    const company = data?.companies?.nodes[0];
    return {
      "{company}": company?.id,
      "{product}": company?.products.nodes[0]?.id,
      "{job}": company?.queuedJobs.nodes[0]?.id,
      "{return}": company?.returns.nodes[0]?.id,
      "{order}": data?.orders?.nodes[0]?.id,
      "{warehouse}": data?.warehouses?.[0]?.id,
      "{now}": new Date().toISOString(),
      "{month ago}": new Date(Date.now() - 30 * 86_400_000).toISOString(),
      "{time zone}": Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
  }

  function fill(variables, ids) {
    // None at all stay none: GraphiQL otherwise doesn't know its own tab again.
    if (Object.keys(variables).length === 0) return "";
    return JSON.stringify(variables, (_, value) => (/^\{[\w ]+\}$/.test(value) ? (ids[value] ?? "") : value), 2);
  }

  function offer(filled) {
    const choose = byId("choose");
    choose.hidden = false;
    choose.length = 1;
    choose.querySelectorAll("optgroup").forEach((group) => group.remove());
    for (const [index, { part, title }] of filled.entries()) {
      let group = choose.querySelector(`optgroup[label="${part}"]`);
      if (!group) choose.append((group = Object.assign(document.createElement("optgroup"), { label: part })));
      group.append(new Option(title, index));
    }
    choose.onchange = () => {
      if (choose.value !== "") open(filled[choose.value]);
      choose.value = "";
    };
  }

  // In a tab of its own, so that nothing that somebody wrote is lost.
  function open({ query, variables }) {
    document.querySelector(".graphiql-tab-add").click();
    requestAnimationFrame(() => {
      editor(".graphiql-query-editor").setValue(query);
      editor(".graphiql-editor-tool .graphiql-editor").setValue(variables);
    });
  }

  const editor = (where) => document.querySelector(`${where} .CodeMirror`).CodeMirror;

  function render(headers, first) {
    const element = React.createElement;
    root ??= ReactDOM.createRoot(byId("graphiql"));
    root.render(
      element(
        GraphiQL,
        {
          // GraphiQL asks for the schema again whenever it is given another fetcher.
          fetcher: GraphiQL.createFetcher({ url, subscriptionUrl, headers, wsConnectionParams: headers }),
          defaultTabs: first.map(({ query, variables }) => ({ query, variables })),
          defaultEditorToolsVisibility: "variables",
          isHeadersEditorEnabled: false,
          shouldPersistHeaders: false,
        },
        element(GraphiQL.Logo, null, null),
      ),
    );
  }

  byId("key-form").querySelector("button").disabled = false;
  if (stored) use(stored);
})();
