// The bar above GraphiQL: who asks, and for what. Knows nothing of GraphiQL.
"use strict";

(() => {
  const element = (id) => document.getElementById(id);
  const read = (page) => JSON.parse(page.getElementById("offer").textContent);
  let offer = read(document);
  const [persona, token, purpose] = ["persona", "token", "purpose"].map(element);
  const [matter, caseReference] = ["matter", "case-reference"].map(element);
  const PASTED = "\u0000pasted";
  const KEPT = "creditgraph:inquiry";
  const listeners = [];

  const option = (value, text, title = "") => Object.assign(document.createElement("option"), { value, text, title });

  function fill() {
    for (const { name, chinese } of offer.personas) {
      persona.append(option(name, chinese ? `${name} · ${chinese}` : name));
    }
    persona.append(option(PASTED, "own token… · 自带令牌"));
    element("persona-control").hidden = offer.personas.length === 0;
    for (const { name, chinese, description } of offer.purposes) {
      purpose.append(option(name, `${name} · ${chinese}`, description));
    }
  }

  // A reload keeps what was chosen; a pasted token is never kept.
  function recall() {
    let kept = {};
    try {
      kept = JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
    } catch {
      kept = {};
    }
    for (const field of [persona, purpose, matter, caseReference]) {
      if (typeof kept[field.id] === "string") field.value = kept[field.id];
    }
    if (persona.selectedIndex < 0) persona.selectedIndex = 0;
    if (purpose.selectedIndex < 0) purpose.selectedIndex = 0;
  }

  function keep() {
    const chosen = [persona, purpose, matter, caseReference].map((field) => [field.id, field.value]);
    sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(chosen)));
  }

  function show() {
    const pasted = persona.value === PASTED;
    element("token-control").hidden = !pasted;
    const picked = offer.personas.find(({ name }) => name === persona.value);
    let note = picked?.note ?? "";
    if (pasted) note = "Documentation shows what this token may ever ask. 文档只列出该令牌可查询的字段。";
    if (offer.personasUnreadable) note = "The sandbox's personas cannot be read. 无法读取沙箱身份文件。";
    element("persona-note").textContent = note;
  }

  function currentToken() {
    if (persona.value === PASTED) return token.value.trim().replace(/^Bearer\s+/i, "") || null;
    return offer.personas.find(({ name }) => name === persona.value)?.token ?? null;
  }

  // Header values are ASCII, so the words travel percent-encoded.
  function headers() {
    const stated = {
      "Inquiry-Purpose": purpose.value,
      "Inquiry-Matter": encodeURIComponent(matter.value.trim()),
      "Inquiry-Case-Reference": encodeURIComponent(caseReference.value.trim()),
    };
    return Object.fromEntries(Object.entries(stated).filter(([, value]) => value));
  }

  // A sandbox renews its tokens; a page that stays open asks for the new ones. False where there are none to ask for.
  async function renew() {
    if (persona.value === PASTED) return false;
    const before = currentToken();
    const page = await fetch(window.location.pathname, { credentials: "omit", headers: { Accept: "text/html" } });
    if (!page.ok) return false;
    offer = read(new DOMParser().parseFromString(await page.text(), "text/html"));
    return currentToken() !== before;
  }

  fill();
  recall();
  show();
  element("inquiry").addEventListener("submit", (event) => event.preventDefault());
  element("inquiry").addEventListener("change", () => {
    keep();
    show();
    listeners.forEach((heard) => heard());
  });

  window.inquiry = {
    examples: offer.examples,
    token: currentToken,
    headers,
    renew,
    // Whose documentation is shown; a renewed token is still the same caller's.
    reader: () => (persona.value === PASTED ? `own ${currentToken() ?? ""}` : persona.value),
    onChange: (heard) => listeners.push(heard),
  };
})();
