/* 邀请链接：补上本站地址；点进去就选中，便于复制。没有脚本时显示地址后半段。 */
(function () {
  "use strict";
  document.querySelectorAll("[data-absolute]").forEach(function (place) {
    if (place.value !== undefined) { place.value = location.origin + place.value; }
    else { place.textContent = location.origin + place.textContent; }
  });
  document.querySelectorAll("[data-select]").forEach(function (field) {
    field.addEventListener("focus", function () { field.select(); });
  });
})();
