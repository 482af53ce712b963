/* The tables of each language and what is written with them. A pattern's {w} is the weekday, {d} the day, {m} the month, {y} the year,
 * {h} the hour, {i} the minute. */
#include "mail/language.h"

#include <string.h>

#define NBSP "\xc2\xa0"
#define NARROW_NBSP "\xe2\x80\xaf" /* U+202F, between thousands in French */
#define MINUS "\xe2\x88\x92"       /* U+2212 */

typedef enum { SIGN_FIRST, SIGN_SPACED, SIGN_LAST } CurrencyPlace; /* €1  € 1  1 € */

/* How a date is written: in words, or abbreviated where there is little room. */
typedef struct {
	const char *weekdays[7]; /* Monday first */
	const char *months[12];
	const char *date, *date_with_year;
} DateForm;

struct Language {
	const char *code;
	DateForm whole, brief;
	const char *day, *time;
	const char *first_day; /* of a month, where it is not "1" */
	const char *group, *point;
	guint group_from; /* integer digits from which thousands are set apart */
	CurrencyPlace currency_place;
	gboolean none_is_one; /* the noun after 0 stands in the singular */
	const char *and;
};

static const Language languages[] = {
	{
		.code = "en",
		.whole = {
			.weekdays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
			.months = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
			.date = "{w} {d} {m}", .date_with_year = "{w} {d} {m} {y}",
		},
		.brief = {
			.weekdays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
			.months = {"Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"},
			.date = "{w} {d} {m}", .date_with_year = "{w} {d} {m} {y}",
		},
		.day = "{d} {m}", .time = "{h}:{i}",
		.group = ",", .point = ".", .group_from = 4, .currency_place = SIGN_FIRST, .and = "and",
	},
	{
		.code = "nl",
		.whole = {
			.weekdays = {"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"},
			.months = {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
			.date = "{w} {d} {m}", .date_with_year = "{w} {d} {m} {y}",
		},
		.brief = {
			.weekdays = {"ma", "di", "wo", "do", "vr", "za", "zo"},
			.months = {"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"},
			.date = "{w} {d} {m}", .date_with_year = "{w} {d} {m} {y}",
		},
		.day = "{d} {m}", .time = "{h}.{i}" NBSP "uur",
		.group = ".", .point = ",", .group_from = 4, .currency_place = SIGN_SPACED, .and = "en",
	},
	{
		.code = "es",
		.whole = {
			.weekdays = {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"},
			.months = {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
			.date = "{w} {d} de {m}", .date_with_year = "{w} {d} de {m} de {y}",
		},
		.brief = {
			.weekdays = {"lun", "mar", "mié", "jue", "vie", "sáb", "dom"},
			.months = {"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"},
			.date = "{w} {d} {m}", .date_with_year = "{w} {d} {m} {y}",
		},
		.day = "{d} de {m}", .time = "{h}:{i}",
		.group = ".", .point = ",", .group_from = 5, .currency_place = SIGN_LAST, .and = "y",
	},
	{
		.code = "de",
		.whole = {
			.weekdays = {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
			.months = {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
			.date = "{w}, {d}. {m}", .date_with_year = "{w}, {d}. {m} {y}",
		},
		.brief = {
			.weekdays = {"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"},
			.months = {"Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."},
			.date = "{w}, {d}. {m}", .date_with_year = "{w}, {d}. {m} {y}",
		},
		.day = "{d}. {m}", .time = "{h}:{i}" NBSP "Uhr",
		.group = ".", .point = ",", .group_from = 4, .currency_place = SIGN_LAST, .and = "und",
	},
	{
		.code = "fr",
		.whole = {
			.weekdays = {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
			.months = {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
			.date = "{w} {d} {m}", .date_with_year = "{w} {d} {m} {y}",
		},
		.brief = {
			.weekdays = {"lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."},
			.months = {"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
			.date = "{w} {d} {m}", .date_with_year = "{w} {d} {m} {y}",
		},
		.day = "{d} {m}", .time = "{h}" NBSP "h" NBSP "{i}", .first_day = "1er",
		.group = NARROW_NBSP, .point = ",", .group_from = 4, .currency_place = SIGN_LAST, .none_is_one = TRUE, .and = "et",
	},
};

static const char *const codes[] = {"en", "nl", "es", "de", "fr", NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(codes) == G_N_ELEMENTS(languages) + 1);

const Language *language_find(const char *tag)
{
	const gsize length = tag != NULL ? strcspn(tag, "-_") : 0;
	for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
		if (strlen(languages[i].code) == length && g_ascii_strncasecmp(languages[i].code, tag, length) == 0)
			return &languages[i];
	return NULL;
}

const Language *language_find_first(const char *tags)
{
	g_auto(GStrv) list = g_strsplit(tags != NULL ? tags : "", ",", -1);
	const Language *found = NULL;
	for (guint i = 0; found == NULL && list[i] != NULL; i++)
		found = language_find(g_strstrip(list[i]));
	return found;
}

const char *language_code(const Language *language)
{
	return language->code;
}

const char *const *language_codes(void)
{
	return codes;
}

static char *date_in(const Language *language, const DateForm *form, const char *pattern, Date date)
{
	int year, month, day;
	date_get_ymd(date, &year, &month, &day);
	g_autofree char *year_text = g_strdup_printf("%d", year);
	g_autofree char *day_text = day == 1 && language->first_day != NULL ? g_strdup(language->first_day) : g_strdup_printf("%d", day);
	GString *out = g_string_new(pattern);
	g_string_replace(out, "{w}", form->weekdays[date_weekday(date) - 1], 0);
	g_string_replace(out, "{d}", day_text, 0);
	g_string_replace(out, "{m}", form->months[month - 1], 0);
	g_string_replace(out, "{y}", year_text, 0);
	return g_string_free(out, FALSE);
}

static int year_of(Date date)
{
	int year, month, day;
	date_get_ymd(date, &year, &month, &day);
	return year;
}

static char *date_of_form(const Language *language, const DateForm *form, Date date, Date today)
{
	return date_in(language, form, year_of(date) == year_of(today) ? form->date : form->date_with_year, date);
}

char *language_date(const Language *language, Date date, Date today)
{
	return date_of_form(language, &language->whole, date, today);
}

char *language_brief_date(const Language *language, Date date, Date today)
{
	g_autofree char *text = date_of_form(language, &language->brief, date, today);
	GString *out = g_string_new(text);
	g_string_replace(out, " ", NBSP, 0);
	return g_string_free(out, FALSE);
}

char *language_day(const Language *language, Date date)
{
	return date_in(language, &language->whole, language->day, date);
}

static char *time_of_day(const Language *language, int second)
{
	g_autofree char *hour = g_strdup_printf("%02d", second / 3600);
	g_autofree char *minute = g_strdup_printf("%02d", second / 60 % 60);
	GString *out = g_string_new(language->time);
	g_string_replace(out, "{h}", hour, 0);
	g_string_replace(out, "{i}", minute, 0);
	return g_string_free(out, FALSE);
}

typedef char *(*DateWriter)(const Language *language, Date date, Date today);

static char *moment_with(const Language *language, DateWriter write, const Zone *zone, gint64 instant, gint64 now)
{
	Date date, today;
	int second, second_now;
	zone_local(zone, instant, &date, &second);
	zone_local(zone, now, &today, &second_now);
	g_autofree char *day = write(language, date, today), *time = time_of_day(language, second);
	return g_strdup_printf("%s, %s", day, time);
}

char *language_moment(const Language *language, const Zone *zone, gint64 instant, gint64 now)
{
	return moment_with(language, language_date, zone, instant, now);
}

char *language_brief_moment(const Language *language, const Zone *zone, gint64 instant, gint64 now)
{
	return moment_with(language, language_brief_date, zone, instant, now);
}

/* The amount without its sign: "1.234,50". */
static char *grouped(const Language *language, Money money)
{
	g_autofree char *plain = money_format_amount(money);
	const char *digits = plain + (*plain == '-');
	const gsize whole = strcspn(digits, ".");
	GString *out = g_string_new(NULL);
	for (gsize i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % 3 == 0 && whole >= language->group_from)
			g_string_append(out, language->group);
		g_string_append_c(out, digits[i]);
	}
	if (digits[whole] == '.')
		g_string_append_printf(out, "%s%s", language->point, digits + whole + 1);
	return g_string_free(out, FALSE);
}

static const char *currency_sign(const char *currency)
{
	if (strcmp(currency, "EUR") == 0)
		return "€";
	return strcmp(currency, "GBP") == 0 ? "£" : NULL;
}

char *language_money(const Language *language, Money money)
{
	g_autofree char *amount = grouped(language, money);
	const char *minus = money.minor < 0 ? MINUS : "";
	const char *sign = currency_sign(money.currency);
	const char *currency = sign != NULL ? sign : money.currency;
	if (language->currency_place == SIGN_LAST)
		return g_strdup_printf("%s%s" NBSP "%s", minus, amount, currency);
	if (language->currency_place == SIGN_FIRST && sign != NULL)
		return g_strdup_printf("%s%s%s", minus, currency, amount);
	return g_strdup_printf("%s" NBSP "%s%s", currency, minus, amount);
}

gboolean language_is_one(const Language *language, guint n)
{
	return n == 1 || (n == 0 && language->none_is_one);
}

/* Spanish "y" becomes "e" before the sound of i ("Ana e Inés"), but not before a diphthong ("nieve y hielo"). */
static const char *joining_word(const Language *language, const char *next)
{
	if (strcmp(language->code, "es") != 0)
		return language->and;
	g_autofree char *lower = g_utf8_strdown(next, -1);
	const char *sound = lower[0] == 'h' ? lower + 1 : lower;
	const gboolean is_i = sound[0] == 'i' || g_str_has_prefix(sound, "í");
	const gboolean is_diphthong = sound[0] == 'i' && sound[1] != '\0' && strchr("aeo", sound[1]) != NULL;
	return is_i && !is_diphthong ? "e" : language->and;
}

char *language_list(const Language *language, const GPtrArray *names)
{
	GString *out = g_string_new(names->pdata[0]);
	for (guint i = 1; i < names->len; i++) {
		const char *name = names->pdata[i];
		if (i + 1 < names->len)
			g_string_append_printf(out, ", %s", name);
		else
			g_string_append_printf(out, " %s %s", joining_word(language, name), name);
	}
	return g_string_free(out, FALSE);
}
