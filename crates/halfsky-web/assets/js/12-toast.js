/* 短消息：读屏会念出，可以关掉；没有后续操作的过一会儿自己消失。 */
(function () {
  "use strict";
  var holder = document.getElementById("toasts");
  if (!holder) { return; }

  function show(toast) {
    var close = document.createElement("button");
    close.type = "button";
    close.className = "link away";
    close.textContent = "关闭";
    close.addEventListener("click", function () { toast.remove(); });
    toast.appendChild(close);
    if (!toast.querySelector("a, form") && !toast.classList.contains("trouble")) {
      setTimeout(function () { if (!toast.matches(":hover, :focus-within")) { toast.remove(); } }, 12000);
    }
  }

  /* 页面载入后再写一遍文字，读屏才会念。 */
  function revive() {
    document.querySelectorAll("[data-toast]:not([data-shown])").forEach(function (toast) {
      toast.setAttribute("data-shown", "");
      var text = toast.querySelector("p"), words = text.textContent;
      text.textContent = "";
      setTimeout(function () { text.textContent = words; }, 100);
      show(toast);
    });
  }
  revive();
  document.addEventListener("htmx:after:swap", revive);

  function say(name, reference) {
    var words = document.getElementById("words-" + name);
    holder = document.getElementById("toasts");
    if (!words || !holder || holder.querySelector("[data-said=" + name + "]")) { return; }
    var toast = document.importNode(words.content, true).firstElementChild;
    toast.setAttribute("data-said", name);
    var place = toast.querySelector("[data-reference]");
    if (place && reference) { place.textContent = "编号 " + reference; } else if (place) { place.remove(); }
    show(toast);
    holder.appendChild(toast);
  }

  /* 后台请求失败：网络不通、登录失效、服务器出错。 */
  document.addEventListener("htmx:error", function () { say("offline"); });
  document.addEventListener("htmx:before:response", function (event) {
    if (event.detail.ctx.response.status === 401) { event.preventDefault(); say("session"); }
  });
  document.addEventListener("htmx:response:error", function (event) {
    var response = event.detail.ctx.response, status = response.status;
    if (status === 429) { say("many"); }
    else if (status >= 500) { say("failed", response.headers.get("halfsky-reference")); }
  });

  /* 在别的窗口重新登录以后，本页的表单换上新的提交凭据，填写的内容不丢。 */
  window.addEventListener("focus", function () {
    var said = document.querySelector("[data-said=session]");
    if (!said) { return; }
    fetch(location.href, { credentials: "same-origin" }).then(function (response) {
      return response.ok && !response.redirected ? response.text() : "";
    }).then(function (html) {
      var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("input[name=token]");
      if (!fresh) { return; }
      document.querySelectorAll("input[name=token]").forEach(function (field) { field.value = fresh.value; });
      said.remove();
    }).catch(function () { /* 还没有网络：消息留着 */ });
  });
  window.addEventListener("offline", function () { say("offline"); });
})();
