// GraphiQL itself: requests carry what the bar says; documentation is the caller's own, so it is loaded anew for another.
"use strict";

(() => {
  const { examples, token, headers, renew, reader, onChange } = window.inquiry;
  const outcome = document.getElementById("outcome");

  const asksSchemaOnly = ({ operationName, query }) => operationName === "IntrospectionQuery" && /__schema/.test(query);

  async function fetcher(params, options = {}) {
    const forDocumentation = asksSchemaOnly(params);
    const began = performance.now();
    let response = await send(params, options, forDocumentation);
    if (response.status === 401 && (await renew())) response = await send(params, options, forDocumentation);
    const answer = await response.json();
    if (!forDocumentation) tell(response, answer, Math.round(performance.now() - began));
    return answer;
  }

  // GraphiQL notices a little late that another tab holds another operation.
  const current = ({ operationName, ...rest }) =>
    operationName && !rest.query.includes(operationName) ? rest : { operationName, ...rest };

  function send(params, options, forDocumentation) {
    const bearer = token();
    return fetch(window.location.pathname, {
      method: "POST",
      credentials: "omit",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json, application/json;q=0.9",
        ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
        ...(forDocumentation ? {} : headers()),
        ...(options.headers ?? {}),
      },
      body: JSON.stringify(current(params)),
    });
  }

  function tell(response, answer, milliseconds) {
    const counts = new Map();
    for (const { extensions } of answer.errors ?? []) {
      const code = extensions?.code ?? "ERROR";
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    const codes = [...counts].map(([code, count]) => (count > 1 ? `${code} ×${count}` : code));
    outcome.className = response.ok ? (codes.length ? "partial" : "complete") : "failed";
    outcome.textContent = [
      `${response.status} in ${milliseconds} ms`,
      codes.join(", ") || "nothing refused",
      response.status === 401 ? "the token no longer holds · 令牌已失效" : "",
      `request ${(response.headers.get("X-Request-Id") ?? "").slice(0, 8)}`,
    ]
      .filter(Boolean)
      .join(" · ");
  }

  // GraphiQL takes the first tab's variables from its storage alone.
  if (localStorage.getItem("graphiql:tabState") === null) {
    localStorage.setItem("graphiql:variables", examples[0].variables);
  }

  function Page() {
    const [loaded, setLoaded] = React.useState(reader());
    React.useEffect(() => void onChange(() => setLoaded(reader())), []);
    return React.createElement(
      GraphiQL,
      {
        key: loaded,
        fetcher,
        defaultQuery: examples[0].query,
        defaultTabs: examples,
        defaultEditorToolsVisibility: "variables",
        shouldPersistHeaders: false,
        showPersistHeadersSettings: false,
      },
      React.createElement(GraphiQL.Logo, null, React.createElement("span")),
    );
  }

  ReactDOM.createRoot(document.getElementById("graphiql")).render(React.createElement(Page));
})();
