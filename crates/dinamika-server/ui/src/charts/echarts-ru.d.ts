declare module "echarts/i18n/langRU-obj.js" {
  import type { registerLocale } from "echarts/core";
  const russian: Parameters<typeof registerLocale>[1];
  export default russian;
}
