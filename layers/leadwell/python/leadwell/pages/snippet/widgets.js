/* Leadwell: forms, pop-ins and call-to-actions on a website. What they look like is theirs alone: they stand in a shadow,
   so that neither the website's styles nor ours reach the other, and a strict content policy of the website is no hindrance. */
(function (window, document) {
  "use strict";
  var script = document.currentScript, source = new URL(script.src), host = source.origin;
  var lang = (document.documentElement.lang || navigator.language || "en").slice(0, 2) === "de" ? "de" : "en";
  var words = { de: { close: "Schließen", failed: "Das hat nicht geklappt. Bitte versuchen Sie es noch einmal." },
    en: { close: "Close", failed: "That did not work. Please try again." } }[lang];
  /* What stands in the page has the page's colors; what lies above it has its own. */
  var CSS = ":host{--line:currentColor;--wrong:currentColor;font:16px/1.5 system-ui,sans-serif}" +
    ".box{--ink:#22333a;--paper:#fff;--line:#7d8a8e;--wrong:#a51d1d;color:var(--ink);background:var(--paper);color-scheme:light}" +
    "@media(prefers-color-scheme:dark){.box{--ink:#e9e6df;--paper:#182225;--line:#82959b;--wrong:#ff9d8f;color-scheme:dark}}" +
    "*{box-sizing:border-box}h2{margin:0 0 8px;font:normal 26px/1.25 Georgia,serif}h2:focus{outline:0}p{margin:0 0 14px}a{color:inherit}form p:last-child{margin:0}" +
    ".field,.tick{margin:0 0 16px}.field>label{display:block;margin:0 0 4px;font-weight:600}.quiet{font-size:14px}label .quiet{font-weight:normal}" +
    ".help,.wrong{margin:4px 0 0;font-size:14px}.wrong{color:var(--wrong);font-weight:600;margin-bottom:12px}.tick+.wrong{margin-top:-10px;margin-bottom:16px}.whole{white-space:nowrap}.alert{border-left:4px solid var(--wrong);padding:8px 12px}" +
    ".field input,.field select,.field textarea{width:100%;padding:10px 12px;border:1px solid var(--line);border-radius:8px;background:transparent;color:inherit;font:inherit}" +
    "option{color:#22333a;background:#fff}.tick{display:flex;gap:10px;font-size:14px}.tick input{flex:none;width:20px;height:20px;margin:2px 0 0;accent-color:#c0410e}" +
    "button,.button{display:inline-block;margin:0 0 14px;padding:12px 22px;border:0;border-radius:9px;background:#c0410e;color:#fff;font:inherit;font-weight:600;text-decoration:none;cursor:pointer}" +
    ":focus-visible{outline:3px solid #e08a4f;outline-offset:2px}.trap{position:absolute;left:-9999px}" +
    ".box{position:fixed;z-index:2147483000;border-radius:16px;padding:30px 28px 24px;box-shadow:0 18px 60px #0006;max-height:calc(100vh - 32px);overflow:auto;width:min(440px,calc(100vw - 32px))}" +
    ".center{left:50%;top:50%;transform:translate(-50%,-50%)}.corner{right:16px;bottom:16px}.bar{left:0;right:0;bottom:0;width:100%;border-radius:16px 16px 0 0}" +
    ".veil{position:fixed;inset:0;z-index:2147482999;background:#0f1a1ecc}.x{position:absolute;right:10px;top:10px;width:40px;height:40px;padding:0;background:none;color:inherit;font-size:20px}";

  /* Before consent nothing is kept on the device: what was closed stays closed for this page only. */
  var memory = {};
  function keep(name, value) {
    if (!device()) {
      if (value !== undefined) memory[name] = value;
      return memory[name] || null;
    }
    try {
      if (value === undefined) return JSON.parse(localStorage.getItem(name) || "null");
      localStorage.setItem(name, JSON.stringify(value));
    } catch (e) { /* storage is switched off */ }
    return null;
  }
  function tell(event, properties) { if (window.leadwell && leadwell.track) leadwell.track(event, properties); }
  function device() { return window.leadwell && leadwell.known ? leadwell.known() : ""; }
  function make(tag, options, parent) {
    var made = document.createElement(tag);
    for (var name in options) if (name in made) made[name] = options[name]; else made.setAttribute(name, options[name]);
    if (parent) parent.appendChild(made);
    return made;
  }
  function shadow(place) {
    var root = place.attachShadow({ mode: "open" }), sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    return root;
  }
  function show(place, html) { place.innerHTML = html; }

  function form(name, place, done) {
    var address = host + "/p/f/" + name + "?lang=" + lang;
    function receive(response) {
      return response.text().then(function (html) {
        if (response.status === 200 || response.status === 422) show(place, html); else throw response;
        var sent = place.querySelector("form"), first = place.querySelector("[aria-invalid],.alert,.done h2");
        if (response.url.indexOf("part=1") < 0 && first) { first.setAttribute("tabindex", "-1"); first.focus(); }
        if (!sent) { done(); return; }
        sent.addEventListener("submit", function (event) {
          event.preventDefault();
          fetch(address, { method: "POST", body: new URLSearchParams(new FormData(sent)) }).then(receive).catch(function () {
            (place.querySelector(".alert") || make("p", { className: "alert", role: "alert" }, sent)).textContent = words.failed;
          });
        });
      });
    }
    return fetch(address + "&part=1&aid=" + encodeURIComponent(device())).then(receive);
  }

  /* Rejected where there is nothing to show: a form that is paused leaves no empty box. */
  function content(popin, inner) {
    make("h2", { textContent: popin.title, id: "title", tabIndex: -1 }, inner);
    if (popin.text) make("p", { textContent: popin.text }, inner);
    function finished() {
      var seen = keep("lw_pop_" + popin.name) || {};
      seen.done = 1;
      keep("lw_pop_" + popin.name, seen);
      tell("Popin Completed", { popin: popin.name });
    }
    if (popin.form) return form(popin.form, make("div", {}, inner), finished);
    make("a", { className: "button", href: popin.button.url, textContent: popin.button.label, onclick: finished }, inner);
    return Promise.resolve();
  }

  function open(popin) {
    var seen = keep("lw_pop_" + popin.name) || { n: 0 }, before = document.activeElement;
    if (document.querySelector("[data-leadwell-popin]")) return;
    var outer = make("div", { "data-leadwell-popin": popin.name }, document.body), root = shadow(outer);
    var modal = popin.place === "center", veil = modal && make("div", { className: "veil", onclick: close }, root);
    var box = make("div", { className: "box " + popin.place, role: "dialog", "aria-labelledby": "title", "aria-modal": String(modal) }, root);
    function close() {
      outer.remove();
      document.removeEventListener("keydown", key);
      if (before && before.focus) before.focus();
    }
    function key(event) {
      if (event.key === "Escape") close();
      if (event.key !== "Tab" || !modal) return;
      /* A dialog keeps the focus until it is closed. */
      var all = [].filter.call(root.querySelectorAll("a,button,input,select,textarea"), function (one) {
        return one.type !== "hidden" && one.tabIndex >= 0;
      });
      var edge = all[event.shiftKey ? 0 : all.length - 1];
      if (root.activeElement === edge || !root.activeElement) { event.preventDefault(); all[event.shiftKey ? all.length - 1 : 0].focus(); }
    }
    seen = { n: (seen.n || 0) + 1, at: Date.now() / 1000, done: seen.done };
    keep("lw_pop_" + popin.name, seen);
    document.addEventListener("keydown", key);
    content(popin, box).then(function () {
      make("button", { className: "x", type: "button", "aria-label": words.close, textContent: "✕", onclick: close }, box);
      if (modal) root.getElementById("title").focus();
      tell("Popin Viewed", { popin: popin.name });
    }).catch(close);
  }

  function plan(popin) {
    var seen = keep("lw_pop_" + popin.name) || {}, when = popin.show, waiting = true;
    if (seen.done) return;
    if (popin.inside) {
      var place = document.querySelector(popin.inside);
      if (!place) return;
      var stands = make("div", { "data-leadwell-cta": popin.name }, place);
      content(popin, make("div", {}, shadow(stands))).catch(function () { stands.remove(); });
      return;
    }
    if ((seen.n || 0) >= popin.most || Date.now() / 1000 - (seen.at || 0) < popin.every) return;
    function now() { if (waiting) { waiting = false; open(popin); } }
    if (when.after !== null) setTimeout(now, when.after * 1000);
    if (when.scroll) window.addEventListener("scroll", function () {
      var all = document.documentElement, way = all.scrollHeight - all.clientHeight;
      if (way > 0 && window.scrollY / way * 100 >= when.scroll) now();
    }, { passive: true });
    if (when.exit) document.documentElement.addEventListener("mouseleave", function (event) { if (event.clientY <= 0) now(); });
  }

  var embedded = /\/p\/e\/([a-z0-9-]+)\.js$/.exec(source.pathname);
  if (embedded) {
    var here = document.createElement("div");
    here.setAttribute("data-leadwell-form", embedded[1]);
    script.parentNode.insertBefore(here, script);
    form(embedded[1], make("div", {}, shadow(here)), function () { return 0; }).catch(function () { here.remove(); });
    return;
  }
  fetch(host + "/p/w?lang=" + lang + "&path=" + encodeURIComponent(location.pathname) + "&aid=" + encodeURIComponent(device()))
    .then(function (response) { return response.json(); })
    .then(function (found) { found.popins.forEach(plan); })
    .catch(function () { /* a website must not suffer from us */ });
})(window, document);
