/* The text is taken apart into clauses; each is one of the known forms, or says nothing of dates. */
#include "intake/terms.h"

#include <string.h>

#define DAYS_MAX 366
#define TERMS_MAX 2000 /* bytes: a longer text is no term but a contract */

typedef enum { FORM_AFTER, FORM_THEN_MONTH_END, FORM_AFTER_MONTH_END, FORM_DAY } Form;

/* Words that lead to a number of days and follow it: without a meaning of their own. */
#define OF_INVOICE_NL "(?: (?:netto|na|vanaf|factuurdatum|datum|van|de|factuur))*"
#define LEAD_NL "(?:(?:betaling|betalingstermijn|betaalconditie|betalingsconditie|betalingsvoorwaarden?|graag|gelieve|anders|te|betalen|voldoen|betaalbaar|is|dient|binnen|een|termijn|van)[: ]+)*"
#define LEAD_DE "(?:(?:zahlungsziel|zahlungsbedingungen?|zahlungskonditionen|zahlbar|zahlung|fällig|bitte|rechnungsbetrag|der|rein|netto|sonst|ohne abzug|innerhalb|binnen|in|von)[: ]+)*"
#define TRAIL_DE "(?: (?:rein|netto|ohne abzug|nach rechnungsdatum|ab rechnungsdatum|nach rechnungsstellung|zahlbar|fällig|ohne abzüge))*"
#define LEAD_EN "(?:(?:payment|terms?|of|due|is|payable|please|pay|otherwise|within|in|net|strictly|full)[: ]+)*"
#define TRAIL_EN "(?: (?:net|from|after|of|the|invoice|date|payment))*"
#define LEAD_FR "(?:(?:conditions?|modalités?|délai|de|paiement|règlement|payable|échéance|sinon|net|à|a|sous|dans|un|les)[: ]+)*"
#define TRAIL_FR "(?: (?:nets?|après|à compter de|à partir de|date|de|la|d['’]émission|facture|facturation))*"
#define LEAD_ES "(?:(?:forma|condiciones|plazo|de|pago|pagadero|vencimiento|si no|a|en|dentro)[: ]+)*"
#define TRAIL_ES "(?: (?:netos?|desde|la|fecha|de|factura|f\\.?f\\.?))*"
#define DAYS "([0-9]{1,3}) ?"

static const struct {
	Form form;
	const char *pattern; /* of the whole clause, in lower case; its group is the number, or the day */
} forms[] = {
	{FORM_AFTER, LEAD_NL DAYS "(?:dagen|dag|dgn)" OF_INVOICE_NL},
	{FORM_AFTER, LEAD_DE DAYS "(?:tagen?|tg)" TRAIL_DE},
	{FORM_AFTER, LEAD_EN DAYS "(?:calendar )?days?" TRAIL_EN},
	{FORM_AFTER, LEAD_EN "(?:net|n/) ?([0-9]{1,3})"},
	{FORM_AFTER, LEAD_FR DAYS "(?:jours?|jrs)" TRAIL_FR},
	{FORM_AFTER, LEAD_ES DAYS "d[ií]as?" TRAIL_ES},
	{FORM_AFTER, "#skonto#tage=([0-9]{1,3})#prozent=0[.]00#(?:basisbetrag=-?[0-9]+[.][0-9]{2}#)?"},
	{FORM_THEN_MONTH_END, LEAD_FR DAYS "(?:jours?|jrs)(?: nets?)?,? (?:fin de mois|fdm)"},
	{FORM_THEN_MONTH_END, LEAD_ES DAYS "d[ií]as? (?:a )?(?:fin de mes)"},
	{FORM_THEN_MONTH_END, LEAD_NL DAYS "(?:dagen|dag|dgn)(?: netto)? (?:einde?|ultimo)(?: van)?(?: de)? maand"},
	{FORM_THEN_MONTH_END, LEAD_DE DAYS "tagen? (?:zum )?(?:monatsende|ende des monats)"},
	{FORM_AFTER_MONTH_END, LEAD_EN DAYS "(?:days? )?(?:from |after )?(?:eom|(?:the )?end of (?:the )?month)"},
	{FORM_AFTER_MONTH_END, "(?:eom|end of (?:the )?month) ?[+]? ?" DAYS "(?:days)?"},
	{FORM_AFTER_MONTH_END, LEAD_FR "fin de mois ?[+]? ?" DAYS "jours?"},
	{FORM_AFTER_MONTH_END, LEAD_ES "fin de mes ?[+]? ?" DAYS "d[ií]as?"},
	{FORM_AFTER_MONTH_END, LEAD_NL "einde?(?: van)?(?: de)? maand ?[+]? ?" DAYS "dagen"},
	{FORM_AFTER_MONTH_END, LEAD_DE "(?:zum )?monatsende ?[+]? ?" DAYS "tagen?"},
	{FORM_DAY, LEAD_DE "(?:[0-9]{1,3} tagen? (?:rein )?(?:netto|ohne abzug) )?(?:ohne abzug )?bis (?:spätestens )?(?:zum )?([0-9.]+)(?: netto| ohne abzug)?"},
	{FORM_DAY, LEAD_NL "(?:uiterlijk|vóór|voor)(?: op)? ([0-9.-]+)"},
	{FORM_DAY, LEAD_EN "(?:by|before|on or before|until) ([0-9]{4}-[0-9]{2}-[0-9]{2})"},
	{FORM_DAY, LEAD_FR "(?:avant le|au plus tard le|le) ([0-9./]+)"},
	{FORM_DAY, LEAD_ES "(?:antes del|hasta el|el) ([0-9./]+)"},
};

/* What is paid less for being paid early, or more for being late. */
static const char passed_over[] = "skonto|korting|escompte|discount|descuento|pronto pago|verzug|wettelijke rente|vertragingsrente|verzugszins|mahn|penalt|late payment|pénalité|retard|"
				  "interés|recargo|mora\\b|administratiekosten|interest";

static GRegex *regex_of(const char *pattern, gboolean whole)
{
	g_autofree char *text = whole ? g_strconcat("^(?:", pattern, ")$", NULL) : g_strdup(pattern);
	return g_regex_new(text, 0, 0, NULL);
}

typedef struct {
	GRegex *forms[G_N_ELEMENTS(forms)];
	GRegex *passed_over, *marks, *blanks;
} Compiled;

/* Made once, and never changed. */
static const Compiled *compiled(void)
{
	static gsize made;
	if (g_once_init_enter(&made)) {
		Compiled *all = g_new0(Compiled, 1);
		for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
			all->forms[i] = regex_of(forms[i].pattern, TRUE);
		all->passed_over = regex_of(passed_over, FALSE);
		all->marks = regex_of("[;|\\n]+|[.!](?= |$)|,(?= |$)", FALSE);
		all->blanks = regex_of("[ \\t\\x{a0}]+", FALSE);
		g_once_init_leave(&made, (gsize)all);
	}
	return (const Compiled *)made;
}

static gboolean has_digit(const char *text)
{
	return strpbrk(text, "0123456789") != NULL;
}

/* --- dates --- */

static Date month_end(Date date)
{
	int year, month, day;
	date_get_ymd(date, &year, &month, &day);
	const Date next = month == 12 ? date_from_ymd(year + 1, 1, 1) : date_from_ymd(year, month + 1, 1);
	return date_add_days(next, -1);
}

/* 2026-12-31, or day before month. */
static Date day_of(const char *text)
{
	Date date = DATE_NONE;
	g_auto(GStrv) parts = g_strsplit_set(text, ".-/", -1);
	const guint count = g_strv_length(parts);
	if (count != 3 || date_parse(text, &date, NULL))
		return date;
	if (strlen(parts[2]) != 4 || !*parts[0] || strlen(parts[0]) > 2 || !*parts[1] || strlen(parts[1]) > 2)
		return DATE_NONE;
	return date_from_ymd(atoi(parts[2]), atoi(parts[1]), atoi(parts[0]));
}

static Date work_out(Form form, const char *said, Date issue)
{
	const int days = form == FORM_DAY ? 0 : atoi(said);
	if (form == FORM_DAY)
		return day_of(said);
	if (!date_is_set(issue) || days > DAYS_MAX)
		return DATE_NONE;
	if (form == FORM_THEN_MONTH_END)
		return month_end(date_add_days(issue, days));
	return date_add_days(form == FORM_AFTER_MONTH_END ? month_end(issue) : issue, days);
}

/* --- clauses --- */

/* FALSE: the clause has a number in it that is not understood. */
static gboolean read_clause(const char *clause, Date issue, Date *due)
{
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autoptr(GMatchInfo) match = NULL;
		if (!g_regex_match(compiled()->forms[i], clause, 0, &match))
			continue;
		g_autofree char *said = g_match_info_fetch(match, 1);
		const Date date = work_out(forms[i].form, said, issue);
		const gboolean agrees = date_is_set(date) && (!date_is_set(*due) || due->day == date.day);
		*due = date;
		return agrees;
	}
	return !has_digit(clause) || g_regex_match(compiled()->passed_over, clause, 0, NULL);
}

/* Lower case, one blank between words, a line break or mark between clauses made LF. */
static char *normal_text(const char *terms)
{
	g_autofree char *small = g_utf8_strdown(terms, -1), *composed = g_utf8_normalize(small, -1, G_NORMALIZE_NFC);
	g_autofree char *parted = g_regex_replace_literal(compiled()->marks, composed ? composed : "", -1, 0, "\n", 0, NULL);
	return g_regex_replace_literal(compiled()->blanks, parted, -1, 0, " ", 0, NULL);
}

Date terms_due_date(const char *terms, Date issue_date)
{
	Date due = DATE_NONE;
	if (!terms || strlen(terms) > TERMS_MAX || !has_digit(terms))
		return due;
	g_autofree char *text = normal_text(terms);
	g_auto(GStrv) clauses = g_strsplit(text, "\n", -1);
	for (char **clause = clauses; *clause; clause++)
		if (!read_clause(g_strstrip(*clause), issue_date, &due))
			return DATE_NONE;
	return due;
}
