// Passkeys: asks the hub for options, the device for an answer, and sends it as an ordinary form.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !PublicKeyCredential.parseRequestOptionsFromJSON) return;
  const REFUSALS = {
    NotAllowedError: "没有完成：已取消或超时，请重试。",
    InvalidStateError: "这台设备上已有本账号的通行密钥。",
    SecurityError: "当前访问地址不能使用通行密钥。",
  };

  async function answer(form) {
    const response = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error("refused");
    const asked = await response.json();
    const options = JSON.parse(asked.options);
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    return { ticket: asked.ticket, credential: JSON.stringify(credential) };
  }

  function put(form, name, value) {
    const field = form.querySelector(`input[name="${name}"]`) ?? form.appendChild(document.createElement("input"));
    field.type = "hidden";
    field.name = name;
    field.value = value ?? "";
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const told = form.querySelector("[role=status]");
      told.textContent = "请按设备提示操作……";
      try {
        for (const [name, value] of Object.entries(await answer(form))) put(form, name, value);
        form.submit();
      } catch (error) {
        told.textContent = error.message === "refused"
          ? "需要先验证身份，请刷新页面后重试。"
          : REFUSALS[error.name] ?? "设备没有完成验证，请重试。";
      }
    });
  }
})();
