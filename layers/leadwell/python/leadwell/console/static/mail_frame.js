// Inside the frame of a previewed mail: a document of its own, where the mail's styles hold and nothing of it runs.

addEventListener("message", (event) => {
  if (event.source !== parent || typeof event.data?.mail !== "string") return;
  const mail = new DOMParser().parseFromString(event.data.mail, "text/html");
  for (const link of mail.querySelectorAll("a[href]")) link.removeAttribute("href"); // looking changes nothing
  document.documentElement.lang = mail.documentElement.lang;
  document.querySelectorAll("head > style").forEach((style) => style.remove());
  const styles = [...mail.querySelectorAll("head > style")];
  // Chosen in the console, whatever the reader's own device prefers.
  const holds = { dark: event.data.dark ? "(min-width: 0)" : "(max-width: 0)", light: event.data.dark ? "(max-width: 0)" : "(min-width: 0)" };
  for (const style of styles) {
    style.textContent = style.textContent.replace(/\(prefers-color-scheme:\s*(dark|light)\)/g, (_, which) => holds[which]);
  }
  document.head.append(...styles);
  document.body.replaceWith(document.adoptNode(mail.body));
  parent.postMessage({ height: document.documentElement.scrollHeight }, "*");
});
parent.postMessage({ ready: true }, "*");
