/** What the kinds of exports are called. */

const TITLES: Readonly<Record<string, string>> = {
  vpr_protocol: "протоколы ВПР",
  vpr_mark_stats: "ВПР: отметки (Ф3)",
  vpr_journal_stats: "ВПР: отметки и журнал",
  vpr_task: "описания работ ВПР",
  vpr_skill_code: "кодификаторы ВПР",
  school_registry: "реестр школ",
  municipality_registry: "муниципалитеты",
  school_context: "контекст школ",
  kpk_registry: "реестр курсов",
  kpk_summary: "сводка курсов",
  diagnostics: "диагностика",
  ipr: "ИПР",
  shnor: "списки ШНОР и «500+»",
  shnor_list: "списки ШНОР",
  risk_500: "профили «500+»",
  road_map: "дорожные карты",
  road_map_reply: "ответы школ",
  section_activity: "активность по разделам",
  participation: "участие",
  ku: "коэффициент участия",
  ku_schools: "коэффициент участия",
  curator_visits: "кураторы",
  programme_indicators: "программа поддержки",
  seminars: "семинары",
  staff_claims: "напечатанные доли",
  targets: "целевые показатели",
  textbooks: "учебники",
};

/** A kind of export or its table; one of a region's own keeps its name. */
export function exportTitle(name: string): string {
  return TITLES[name] ?? name;
}
