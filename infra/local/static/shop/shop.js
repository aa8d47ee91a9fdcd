"use strict";

const TEXTS = {
  en: {
    all: "All", sofas: "Sofas", lamps: "Lamps", tables: "Tables & chairs", textiles: "Textiles",
    cart: "Cart", hero: "Furniture for long evenings", heroText: "Look around, fill the cart, leave it: Leadwell does the rest.",
    signup: "Friends of the house", signupText: "First to hear of new pieces, and a present on your birthday.",
    firstName: "First name", email: "E-mail", birthday: "Birthday (optional)", phone: "Mobile number (optional)",
    consent: "Yes, send me news and offers by e-mail. I can unsubscribe at any time.",
    join: "Sign up", joined: "Thank you! Please look into your mailbox: one click confirms your address.",
    demo: "A demo shop: nothing is sold here.", outbox: "Outbox", clock: "Clock", console: "Console", reset: "Become a new visitor",
    add: "Add to cart", close: "Close", empty: "Your cart is empty.", order: "Order now", total: "Total", remove: "Remove",
    ordered: "Thank you for your order!", other: "DE", switch: "Auf Deutsch",
  },
  de: {
    all: "Alle", sofas: "Sofas", lamps: "Lampen", tables: "Tische & Stühle", textiles: "Textilien",
    cart: "Warenkorb", hero: "Möbel für lange Abende", heroText: "Schauen Sie sich um, füllen Sie den Warenkorb, gehen Sie: Leadwell macht den Rest.",
    signup: "Freunde des Hauses", signupText: "Als Erste von neuen Stücken hören, und ein Geschenk zum Geburtstag.",
    firstName: "Vorname", email: "E-Mail", birthday: "Geburtstag (freiwillig)", phone: "Mobilnummer (freiwillig)",
    consent: "Ja, senden Sie mir Neuigkeiten und Angebote per E-Mail. Abmelden kann ich mich jederzeit.",
    join: "Anmelden", joined: "Danke! Bitte sehen Sie in Ihr Postfach: Ein Klick bestätigt Ihre Adresse.",
    demo: "Ein Demo-Shop: Hier wird nichts verkauft.", outbox: "Postausgang", clock: "Uhr", console: "Konsole", reset: "Neuer Besucher werden",
    add: "In den Warenkorb", close: "Schließen", empty: "Ihr Warenkorb ist leer.", order: "Jetzt bestellen", total: "Summe", remove: "Entfernen",
    ordered: "Danke für Ihre Bestellung!", other: "EN", switch: "In English",
  },
};

const PRODUCTS = [
  ["sofa-nord", "sofas", 1290, "Nord", "Three seats, wool felt, oak feet", "Drei Sitze, Wollfilz, Eichenfüße"],
  ["sofa-alma", "sofas", 890, "Alma", "Two seats, leather the color of cognac", "Zwei Sitze, cognacfarbenes Leder"],
  ["sofa-fjell", "sofas", 1490, "Fjell", "Three seats, moss green, one pillow", "Drei Sitze, moosgrün, ein Kissen"],
  ["lamp-lykta", "lamps", 149, "Lykta", "Floor lamp with a warm shade", "Stehlampe mit warmem Schirm"],
  ["lamp-mane", "lamps", 119, "Måne", "Pendant of frosted glass", "Pendelleuchte aus Milchglas"],
  ["table-ek", "tables", 640, "Ek", "Dining table, solid oak", "Esstisch, massive Eiche"],
  ["chair-bue", "tables", 189, "Bue", "Chair that invites you to stay", "Stuhl, der zum Bleiben einlädt"],
  ["rug-vev", "textiles", 320, "Vev", "Woven rug, 170 × 240 cm", "Gewebter Teppich, 170 × 240 cm"],
].map(([id, category, price, name, en, de]) => ({ id, category, price, name, en, de }));

const $ = (selector) => document.querySelector(selector);
const newId = () => (crypto.randomUUID ? crypto.randomUUID() : Math.random().toString(36).slice(2));
let language = localStorage.shop_language || (navigator.language.startsWith("de") ? "de" : "en");
let category = "all";
let cart = JSON.parse(localStorage.shop_cart || "null") || { id: newId(), items: [] };

const t = (key) => TEXTS[language][key];
const money = (value) => new Intl.NumberFormat(language === "de" ? "de-DE" : "en-IE", { style: "currency", currency: "EUR", maximumFractionDigits: 0 }).format(value);
const picture = (product) => `${location.origin}/shop/images/${product.id}.svg`;
const described = (product) => ({
  product_id: product.id, name: product.name, category: product.category, price: product.price, currency: "EUR",
  url: `${location.origin}/shop#${product.id}`, image_url: picture(product),
});

function send(method, ...args) {
  window.leadwell[method](...args);
  const line = document.createElement("li");
  line.textContent = typeof args[0] === "string" ? `${method}: ${args[0]}` : `${method}: ${Object.keys(args[0] || {}).join(", ")}`;
  const log = $("#log");
  log.append(line);
  while (log.childElementCount > 4) log.firstChild.remove();
  // Shown again, it comes to lie above a dialog that was opened meanwhile.
  if (log.matches(":popover-open")) log.hidePopover();
  log.showPopover();
  setTimeout(() => line.remove(), 5000);
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function keepCart() {
  localStorage.shop_cart = JSON.stringify(cart);
  $("#count").textContent = cart.items.length;
}

function draw() {
  document.documentElement.lang = language;
  document.querySelectorAll("[data-t]").forEach((node) => { node.textContent = t(node.dataset.t); });
  $("#language").textContent = t("other");
  $("#language").setAttribute("aria-label", t("switch"));
  $("#categories").replaceChildren(...["all", "sofas", "lamps", "tables", "textiles"].map((name) =>
    element("button", { type: "button", "aria-pressed": String(name === category), onclick: () => { category = name; draw(); } }, t(name))));
  $("#products").replaceChildren(...PRODUCTS.filter((p) => category === "all" || p.category === category).map((product) =>
    element("button", { class: "card", type: "button", "data-id": product.id, onclick: () => { location.hash = product.id; } },
      element("img", { src: picture(product), alt: "" }),
      element("div", {}, element("b", {}, product.name), element("small", {}, product[language]), element("span", { class: "price" }, money(product.price))))));
  keepCart();
}

function show(product) {
  const dialog = $("#product");
  dialog.dataset.id = product.id;
  dialog.replaceChildren(
    element("div", { class: "detail" },
      element("img", { src: picture(product), alt: product.name }),
      element("div", {},
        element("h2", {}, product.name), element("p", {}, product[language]), element("p", { class: "price" }, money(product.price)),
        element("button", { class: "primary", type: "button", id: "add", onclick: () => add(product) }, t("add")))),
    element("button", { class: "close", type: "button", "aria-label": t("close"), onclick: () => dialog.close() }, "✕"));
  if (!dialog.open) dialog.showModal();
  send("track", "Product Viewed", described(product));
}

function add(product) {
  cart.items.push(product.id);
  keepCart();
  $("#product").close();
  showCart();
  send("track", "Product Added", { cart_id: cart.id, ...described(product), quantity: 1 });
}

function showCart(message) {
  const dialog = $("#cart");
  const products = cart.items.map((id) => PRODUCTS.find((p) => p.id === id)).filter(Boolean);
  const total = products.reduce((sum, product) => sum + product.price, 0);
  const lines = products.map((product, place) => element("div", { class: "line" },
    element("img", { src: picture(product), alt: "" }),
    element("span", {}, product.name, element("small", {}, money(product.price))),
    element("button", { class: "link", type: "button", onclick: () => remove(place) }, t("remove"))));
  dialog.replaceChildren(
    element("div", { class: "inner" }, element("h2", {}, t("cart")),
      ...(lines.length ? lines : [element("p", { class: "empty", role: "status" }, message || t("empty"))]),
      ...(lines.length ? [
        element("div", { class: "sum" }, element("span", {}, t("total")), element("span", {}, money(total))),
        element("button", { class: "primary", type: "button", id: "order", onclick: () => order(products, total) }, t("order")),
      ] : [])),
    element("button", { class: "close", type: "button", "aria-label": t("close"), onclick: () => dialog.close() }, "✕"));
  if (!dialog.open) dialog.showModal();
}

function remove(place) {
  const [id] = cart.items.splice(place, 1);
  keepCart();
  send("track", "Product Removed", { cart_id: cart.id, ...described(PRODUCTS.find((p) => p.id === id)) });
  showCart();
}

function order(products, total) {
  send("track", "Order Completed", {
    order_id: newId(), cart_id: cart.id, total, currency: "EUR",
    products: products.map((product) => ({ ...described(product), quantity: 1 })),
  });
  cart = { id: newId(), items: [] };
  keepCart();
  showCart(t("ordered"));
}

function signUp(event) {
  event.preventDefault();
  const form = event.target;
  const traits = Object.fromEntries([...new FormData(form)].filter(([name, value]) => value && name !== "consent"));
  send("identify", { ...traits, locale: language });
  send("track", "Signed Up", { source: "demo-shop" });
  send("track", "Consent Granted", { purpose: "marketing", channel: "email", source: "demo-shop", wording: t("consent") });
  form.reset();
  $("#signup-done").textContent = t("joined");
  $("#signup-done").hidden = false;
}

function follow() {
  const product = PRODUCTS.find((p) => p.id === location.hash.slice(1));
  if (product) show(product);
}

$("#language").addEventListener("click", () => {
  language = language === "de" ? "en" : "de";
  localStorage.shop_language = language;
  draw();
});
$("#open-cart").addEventListener("click", () => showCart());
$("#signup-form").addEventListener("submit", signUp);
$("#reset").addEventListener("click", () => {
  window.leadwell.reset();
  localStorage.removeItem("shop_cart");
  location.href = "/shop";
});
$("#product").addEventListener("close", (event) => {
  // The event comes a moment after the closing: the address may show the next product by now.
  if (location.hash === `#${event.target.dataset.id}`) history.replaceState(null, "", location.pathname);
});
document.querySelectorAll("dialog").forEach((dialog) => dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
}));
window.addEventListener("hashchange", follow);
draw();
follow();
