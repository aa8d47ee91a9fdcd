/* Leadwell: first-party tracking. Segment's vocabulary, one cookie, no dependency. */
(function (window, document) {
  "use strict";
  var VERSION = "1.0.0", COOKIE = "lw_aid", YEAR = 31536000;
  var early = window.leadwell || [], script = document.currentScript;
  if (early.version) return; /* loaded twice */

  var key = "", host = "", needsConsent = false, agreed = false, loaded = false;
  var pending = [], sending = false, tries = 0, timer = 0, memory = {};

  /* Nothing is kept on the device, and nothing sent, before consent: until then values live in `memory`, for this page
     only. A browser that asks not to be tracked (Global Privacy Control, Do Not Track) means no, until somebody says yes. */
  var signal = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
  function allowed() { return !(needsConsent || signal) || agreed || store("lw_consent") === "1"; }
  function store(name, value) {
    try {
      if (value === undefined) return window.localStorage.getItem(name);
      if (value === null) window.localStorage.removeItem(name);
      else window.localStorage.setItem(name, value);
    } catch (error) { /* storage is switched off */ }
    return null;
  }
  function recall(name) { return name in memory ? memory[name] : allowed() ? store(name) : null; }
  function remember(name, value) {
    memory[name] = value;
    if (allowed()) store(name, value);
  }
  function cookie(value) {
    if (value === undefined) return (document.cookie.match(/(?:^|; )lw_aid=([^;]*)/) || [])[1] || "";
    document.cookie = COOKIE + "=" + value + "; path=/; max-age=" + (value ? YEAR : 0) + "; SameSite=Lax" +
      (location.protocol === "https:" ? "; Secure" : "");
  }
  function id() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    return "xxxxxxxxxxxxxxxxxxxxxxxx".replace(/x/g, function () { return (Math.random() * 36 | 0).toString(36); });
  }
  function anonymousId() {
    var known = memory.aid || (allowed() && cookie()) || id();
    memory.aid = known;
    if (allowed()) cookie(known); /* each visit renews the year */
    return known;
  }
  /* Some browsers keep a script's cookie for a week only: once a day the server sets it, where its domain allows that. */
  function renew() {
    var today = new Date().toISOString().slice(0, 10);
    if (!loaded || !allowed() || store("lw_day") === today) return;
    store("lw_day", today);
    beacon("/p/k", anonymousId());
  }
  function beacon(path, data) { return navigator.sendBeacon && navigator.sendBeacon(host + path, data); }
  function widgets() {
    var made = document.createElement("script");
    made.src = host + "/p/w.js";
    document.head.appendChild(made);
  }

  function campaign() {
    var found = {}, any = false;
    location.search.slice(1).split("&").forEach(function (pair) {
      var part = pair.split("="), name = part[0].slice(4);
      if (part[0].indexOf("utm_") || !part[1]) return;
      try { found[name === "campaign" ? "name" : name] = decodeURIComponent(part[1].replace(/\+/g, " ")); } catch (e) { return; }
      any = true;
    });
    return any ? found : undefined;
  }
  function page() {
    return { path: location.pathname, referrer: document.referrer, search: location.search, title: document.title, url: location.href };
  }
  function context(extra) {
    var zone, made = { page: page(), locale: navigator.language, userAgent: navigator.userAgent, campaign: campaign(),
      library: { name: "leadwell.js", version: VERSION } };
    try { zone = Intl.DateTimeFormat().resolvedOptions().timeZone; } catch (e) { /* old browser */ }
    made.timezone = zone;
    for (var name in extra || {}) made[name] = extra[name];
    return made;
  }

  function add(type, fields, options) {
    var event = { type: type, messageId: "lw-" + id(), timestamp: new Date().toISOString(), anonymousId: anonymousId(),
      context: context(options && options.context) };
    var user = recall("lw_uid");
    if (user) event.userId = user;
    for (var name in fields) if (fields[name] !== undefined) event[name] = fields[name];
    pending.push(event);
    if (pending.length > 100) pending.shift();
    keep();
    schedule(pending.length >= 20 ? 0 : 250);
  }
  /* What could not be sent yet survives the page; message ids make a second sending harmless. */
  function keep() { if (allowed()) store("lw_queue", pending.length ? JSON.stringify(pending) : null); }
  function schedule(wait) {
    clearTimeout(timer);
    timer = setTimeout(flush, wait);
  }
  function body(events) { return JSON.stringify({ writeKey: key, batch: events, sentAt: new Date().toISOString() }); }
  function flush() {
    if (!loaded || sending || !pending.length || !allowed()) return;
    var events = pending.slice(0, 20), request = new XMLHttpRequest();
    sending = true;
    request.open("POST", host + "/v1/batch");
    request.setRequestHeader("Content-Type", "text/plain"); /* spares the CORS preflight */
    request.timeout = 20000;
    request.onloadend = function () {
      var status = request.status, later = +request.getResponseHeader("Retry-After") || 0;
      sending = false;
      if (!status || status === 429 || status >= 500) {
        schedule(Math.max(later * 1000, Math.min(60000, 1000 * Math.pow(2, tries++)) * (0.5 + Math.random())));
        return;
      }
      tries = 0;
      pending = pending.filter(function (event) { return events.indexOf(event) < 0; });
      keep();
      if (pending.length) schedule(0);
    };
    request.send(body(events));
  }
  function leave() {
    if (!loaded || !pending.length || !allowed()) return;
    if (beacon("/v1/batch", body(pending.slice(0, 20)))) {
      pending = pending.slice(20);
      keep();
    }
  }
  function forget() {
    cookie("");
    ["lw_uid", "lw_queue", "lw_day"].forEach(function (name) { store(name, null); });
    memory = {};
  }

  var leadwell = {
    version: VERSION,
    load: function (writeKey, options) {
      options = options || {};
      key = writeKey;
      host = (options.host || (script ? new URL(script.src).origin : "")).replace(/\/$/, "");
      needsConsent = !!options.requireConsent;
      loaded = true;
      if (options.widgets) widgets();
      if (!allowed()) return;
      renew();
      try { pending = JSON.parse(store("lw_queue") || "[]").concat(pending); } catch (e) { /* not ours */ }
      if (pending.length) schedule(250);
    },
    page: function (category, name, properties, options) {
      if (typeof category === "object") { options = name; properties = category; category = name = undefined; }
      else if (typeof name !== "string") { options = properties; properties = name; name = category; category = undefined; }
      var all = page();
      for (var field in properties || {}) all[field] = properties[field];
      add("page", { name: name, category: category, properties: all }, options);
    },
    track: function (event, properties, options) { add("track", { event: event, properties: properties || {} }, options); },
    identify: function (userId, traits, options) {
      if (typeof userId === "object") { options = traits; traits = userId; userId = undefined; }
      if (userId) remember("lw_uid", String(userId));
      add("identify", { traits: traits || {} }, options);
    },
    group: function (groupId, traits, options) { add("group", { groupId: groupId, traits: traits || {} }, options); },
    reset: function () { forget(); pending = []; },
    consent: function (given) {
      agreed = !!given;
      store("lw_consent", given ? "1" : "0");
      if (!given) { needsConsent = true; forget(); pending = []; return; }
      anonymousId();
      renew();
      if (memory.lw_uid) store("lw_uid", memory.lw_uid);
      keep();
      schedule(0);
    },
    anonymousId: anonymousId,
    /* For our other scripts: the id, or nothing before consent. */
    known: function () { return allowed() ? anonymousId() : ""; },
    flush: flush
  };
  window.leadwell = leadwell;
  /* <script async src="…/leadwell.js" data-key="…" data-require-consent data-widgets></script> is enough. */
  var data = script ? script.dataset : {};
  if (data.key) {
    leadwell.load(data.key, { requireConsent: "requireConsent" in data, widgets: "widgets" in data });
    leadwell.page();
  }
  if (data.referral && !signal) {
    host = host || new URL(script.src).origin;
    beacon(data.referral);
  }
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") leave(); });
  window.addEventListener("pagehide", leave);
  /* Calls made before this file had arrived; `load` goes first wherever it stands. */
  [true, false].forEach(function (loading) {
    [].slice.call(early).forEach(function (call) {
      var method = call[0], args = [].slice.call(call, 1);
      if ((method === "load") === loading && leadwell[method]) leadwell[method].apply(leadwell, args);
    });
  });
})(window, document);
