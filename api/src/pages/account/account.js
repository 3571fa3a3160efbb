"use strict";

// What each link is for: the last part of its address decides.
const PAGES = {
  invitation: {
    title: "Accept your invitation",
    intro: "Choose the password that you will sign in with.",
    path: "accept-invitation",
    password: true,
    button: "Set the password",
    done: "Your password is set, and you can sign in with it now.",
  },
  reset: {
    title: "Choose a new password",
    intro: "You will have to sign in again everywhere.",
    path: "reset-password",
    password: true,
    button: "Change the password",
    done: "Your password has been changed, and you can sign in with it now.",
  },
  verify: {
    title: "Confirm your e-mail address",
    intro: "Confirm only if you have registered, or asked for this mail.",
    path: "verify-email",
    password: false,
    button: "Confirm the address",
    done: "Your address is confirmed, and you can sign in with it now.",
  },
  email: {
    title: "Confirm your new e-mail address",
    intro: "Confirm only if you have asked for this change. From then on you sign in with the new address.",
    path: "confirm-email",
    password: false,
    button: "Change the address",
    done: "Your address has been changed; sign in with the new one from now on.",
  },
};

const element = (id) => document.getElementById(id);
const page = PAGES[location.pathname.split("/").pop()];
const token = new URLSearchParams(location.hash.slice(1)).get("token");
// Neither the history nor whoever looks over a shoulder keeps the token.
history.replaceState(null, "", location.pathname);

function fail(pointer, detail) {
  const isPassword = page.password && pointer === "/password";
  element(isPassword ? "password-error" : "error").textContent = detail;
  element("password").setAttribute("aria-invalid", String(isPassword));
  (isPassword ? element("password") : element("submit")).focus();
}

function succeed() {
  element("form").hidden = true;
  element("intro").hidden = true;
  const result = element("result");
  result.textContent = page.done;
  result.focus();
}

async function send() {
  const body = page.password ? { token, password: element("password").value } : { token };
  const response = await fetch(`../v1/auth/${page.path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    credentials: "omit",
    referrerPolicy: "no-referrer",
    body: JSON.stringify(body),
  });
  if (response.ok) {
    succeed();
    return;
  }
  const problem = await response.json();
  const errors = problem.errors.length > 0 ? problem.errors : [{ pointer: "", detail: problem.detail }];
  for (const { pointer, detail } of errors) {
    fail(pointer, detail);
  }
}

let isSending = false;

async function submit(event) {
  event.preventDefault();
  if (isSending) {
    return;
  }
  isSending = true;
  for (const id of ["error", "password-error"]) {
    element(id).textContent = "";
  }
  try {
    await send();
  } catch {
    element("error").textContent = "The server cannot be reached, or does not answer. Try again in a moment.";
  } finally {
    isSending = false;
  }
}

if (page) {
  document.title = page.title;
  element("title").textContent = page.title;
  element("intro").hidden = false;
  if (token) {
    element("intro").textContent = page.intro;
    element("submit").textContent = page.button;
    element("password-field").hidden = !page.password;
    element("form").hidden = false;
    element("form").addEventListener("submit", submit);
    element("show").addEventListener("change", (event) => {
      element("password").type = event.target.checked ? "text" : "password";
    });
  } else {
    element("intro").textContent = "This link is not complete. Open it again from the mail, or copy all of it.";
  }
}
