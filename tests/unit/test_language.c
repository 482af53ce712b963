/* Dates, times, amounts, plurals and lists as readers of each language write them; and colours that can be read. */
#include "mail/language.h"
#include "mail/palette.h"
#include <locale.h>
#include <string.h>

static void test_find(void)
{
	static const struct {
		const char *tag, *code;
	} cases[] = {
		{"nl", "nl"}, {"NL", "nl"}, {"nl-BE", "nl"}, {"de_AT", "de"}, {"en-GB", "en"}, {"fr", "fr"}, {"es-419", "es"},
		{"pt", NULL}, {"n", NULL}, {"nld", NULL}, {"", NULL}, {"-", NULL}, {NULL, NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Language *language = language_find(cases[i].tag);
		g_assert_cmpstr(language != NULL ? language_code(language) : NULL, ==, cases[i].code);
	}
	for (const char *const *code = language_codes(); *code != NULL; code++)
		g_assert_cmpstr(language_code(language_find(*code)), ==, *code);
}

/* Of what somebody reads, the first that mails are written in. */
static void test_find_first(void)
{
	static const struct {
		const char *tags, *code;
	} cases[] = {
		{"nl", "nl"}, {"sv, nl", "nl"}, {"sv,nl,en", "nl"}, {"zh, de, nl", "de"}, {"sv", NULL}, {"sv, pt", NULL}, {"", NULL}, {",, ,fr", "fr"}, {NULL, NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Language *language = language_find_first(cases[i].tags);
		g_assert_cmpstr(language != NULL ? language_code(language) : NULL, ==, cases[i].code);
	}
}

#define NBSP "\xc2\xa0"

static void test_brief_dates(void)
{
	static const struct {
		const char *code, *date, *text;
	} cases[] = {
		{"en", "2026-12-29", "Tue" NBSP "29" NBSP "Dec, 17:30"},
		{"nl", "2026-12-29", "di" NBSP "29" NBSP "dec, 17.30" NBSP "uur"},
		{"es", "2026-12-29", "mar" NBSP "29" NBSP "dic, 17:30"},
		{"de", "2026-12-29", "Di," NBSP "29." NBSP "Dez., 17:30" NBSP "Uhr"},
		{"fr", "2026-12-29", "mar." NBSP "29" NBSP "déc., 17" NBSP "h" NBSP "30"},
		{"fr", "2027-01-01", "ven." NBSP "1er" NBSP "janv." NBSP "2027, 17" NBSP "h" NBSP "30"},
		{"en", "2027-01-01", "Fri" NBSP "1" NBSP "Jan" NBSP "2027, 17:30"},
	};
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Date date = DATE_NONE, today = DATE_NONE;
		g_assert_true(date_parse(cases[i].date, &date, NULL) && date_parse("2026-12-24", &today, NULL));
		const Language *language = language_find(cases[i].code);
		g_autofree char *day = language_brief_date(language, date, today);
		g_autofree char *moment = language_brief_moment(language, zone, zone_instant(zone, date, 17 * 3600 + 1800), zone_instant(zone, today, 0));
		g_assert_cmpstr(moment, ==, cases[i].text);
		g_assert_true(g_str_has_prefix(moment, day) && strstr(moment + strlen(day), ", ") == moment + strlen(day));
	}
}

static void test_dates(void)
{
	static const struct {
		const char *code, *date, *today, *text;
	} cases[] = {
		{"en", "2026-12-29", "2026-12-24", "Tuesday 29 December"},
		{"nl", "2026-12-29", "2026-12-24", "dinsdag 29 december"},
		{"es", "2026-12-29", "2026-12-24", "martes 29 de diciembre"},
		{"de", "2026-12-29", "2026-12-24", "Dienstag, 29. Dezember"},
		{"fr", "2026-12-29", "2026-12-24", "mardi 29 décembre"},
		/* another year is said */
		{"en", "2027-01-01", "2026-12-31", "Friday 1 January 2027"},
		{"nl", "2027-01-01", "2026-12-31", "vrijdag 1 januari 2027"},
		{"es", "2027-01-01", "2026-12-31", "viernes 1 de enero de 2027"},
		{"de", "2027-01-01", "2026-12-31", "Freitag, 1. Januar 2027"},
		{"fr", "2027-01-01", "2026-12-31", "vendredi 1er janvier 2027"},
		{"fr", "2026-08-11", "2026-12-31", "mardi 11 août"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Date date, today;
		g_assert_true(date_parse(cases[i].date, &date, NULL));
		g_assert_true(date_parse(cases[i].today, &today, NULL));
		g_autofree char *text = language_date(language_find(cases[i].code), date, today);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

/* Every name of every table is there once, and the week begins on Monday. */
static void test_tables(void)
{
	for (const char *const *code = language_codes(); *code != NULL; code++) {
		g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		const Date monday = date_from_ymd(2026, 6, 1);
		for (int day = 0; day < 7; day++)
			g_hash_table_add(seen, language_date(language_find(*code), date_add_days(monday, day), monday));
		for (int month = 1; month <= 12; month++)
			g_hash_table_add(seen, language_day(language_find(*code), date_from_ymd(2026, month, 2)));
		g_assert_cmpuint(g_hash_table_size(seen), ==, 19);
		g_assert_false(g_hash_table_contains(seen, "(null)"));
	}
}

static void test_moments(void)
{
	static const struct {
		const char *code, *zone, *at, *text;
	} cases[] = {
		{"en", "Europe/Amsterdam", "2026-12-28T16:30:00Z", "Monday 28 December, 17:30"},
		{"nl", "Europe/Amsterdam", "2026-12-28T16:30:00Z", "maandag 28 december, 17.30\xc2\xa0uur"},
		{"es", "Atlantic/Canary", "2026-12-28T16:30:00Z", "lunes 28 de diciembre, 16:30"},
		{"de", "Europe/Berlin", "2026-07-01T06:05:00Z", "Mittwoch, 1. Juli, 08:05\xc2\xa0Uhr"},
		{"fr", "Europe/Paris", "2026-12-28T16:30:00Z", "lundi 28 décembre, 17\xc2\xa0h\xc2\xa0" "30"},
		/* the year is that of the place, not of UTC */
		{"en", "Europe/Amsterdam", "2026-12-31T23:30:00Z", "Friday 1 January 2027, 00:30"},
		{"en", "America/New_York", "2027-01-01T03:00:00Z", "Thursday 31 December, 22:00"},
	};
	gint64 now;
	g_assert_true(instant_parse("2026-12-24T08:00:00Z", &now, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 at;
		g_autoptr(Zone) zone = zone_new(cases[i].zone, NULL);
		g_assert_true(instant_parse(cases[i].at, &at, NULL));
		g_autofree char *text = language_moment(language_find(cases[i].code), zone, at, now);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void test_money(void)
{
	static const struct {
		const char *code, *money, *text;
	} cases[] = {
		{"en", "1234.50 EUR", "€1,234.50"},
		{"nl", "1234.50 EUR", "€\xc2\xa0" "1.234,50"},
		{"es", "1234.50 EUR", "1234,50\xc2\xa0€"}, /* four digits stand together */
		{"es", "12345.60 EUR", "12.345,60\xc2\xa0€"},
		{"de", "1234.50 EUR", "1.234,50\xc2\xa0€"},
		{"fr", "1234567.50 EUR", "1\xe2\x80\xaf" "234\xe2\x80\xaf" "567,50\xc2\xa0€"},
		{"en", "0.05 EUR", "€0.05"},
		{"en", "999.00 GBP", "£999.00"},
		{"en", "-980.00 GBP", "−£980.00"},
		{"nl", "-980.00 GBP", "£\xc2\xa0−980,00"},
		{"de", "-980.00 EUR", "−980,00\xc2\xa0€"},
		{"en", "1000 JPY", "JPY\xc2\xa0" "1,000"},
		{"de", "1.234 KWD", "1,234\xc2\xa0KWD"},
		{"nl", "100000.00 USD", "USD\xc2\xa0" "100.000,00"},
		{"en", "9000000000000.00 EUR", "€9,000,000,000,000.00"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Money money;
		g_assert_true(money_parse(cases[i].money, &money, NULL));
		g_autofree char *text = language_money(language_find(cases[i].code), money);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void test_plurals(void)
{
	for (const char *const *code = language_codes(); *code != NULL; code++) {
		const Language *language = language_find(*code);
		g_assert_true(language_is_one(language, 1));
		g_assert_false(language_is_one(language, 2));
		g_assert_false(language_is_one(language, 21));
		g_assert_cmpint(language_is_one(language, 0), ==, g_str_equal(*code, "fr"));
	}
}

static void test_lists(void)
{
	static const struct {
		const char *code, *names, *text;
	} cases[] = {
		{"en", "Ana", "Ana"},
		{"en", "Ana|Jan", "Ana and Jan"},
		{"nl", "Ana|Jan|Zoë", "Ana, Jan en Zoë"},
		{"de", "Ana|Jan", "Ana und Jan"},
		{"fr", "Ana|Jan", "Ana et Jan"},
		{"es", "Ana|Jan", "Ana y Jan"},
		{"es", "Ana|Inés", "Ana e Inés"},
		{"es", "Ana|Íñigo", "Ana e Íñigo"},
		{"es", "Ana|Hilario", "Ana e Hilario"},
		{"es", "Nieve|Hielo", "Nieve y Hielo"},
		{"es", "Inés|Ana", "Inés y Ana"},
		{"es", "Ana|", "Ana y "},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) names = g_strsplit(cases[i].names, "|", -1);
		g_autoptr(GPtrArray) list = g_ptr_array_new();
		for (char **name = names; *name != NULL; name++)
			g_ptr_array_add(list, *name);
		g_autofree char *text = language_list(language_find(cases[i].code), list);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void test_palette(void)
{
	static const char *const colours[] = {"#0b5c8a", "#ffffff", "#000000", "#ffff00", "#777777", "#808080", "#ff0000", "#00ff7f", "#1c2024", "#FFAA00"};
	for (gsize i = 0; i < G_N_ELEMENTS(colours); i++) {
		const Palette palette = palette_new(colours[i]);
		g_assert_cmpint(g_ascii_strcasecmp(palette.bar, colours[i]), ==, 0);
		g_assert_cmpfloat(palette_contrast(palette.bar, palette.on_bar), >=, 4.5);
		g_assert_cmpfloat(palette_contrast(palette.link, "#fdfdfe"), >=, 4.5);
		g_assert_cmpfloat(palette_contrast(palette.link_dark, PALETTE_DARK_GROUND), >=, 4.5);
	}
	for (guint grey = 0; grey < 256; grey++) { /* between black and white there is no colour that neither suits */
		g_autofree char *colour = g_strdup_printf("#%02x%02x%02x", grey, grey, grey);
		const Palette palette = palette_new(colour);
		g_assert_cmpfloat(palette_contrast(palette.bar, palette.on_bar), >=, 4.5);
	}
	static const char *const wrong[] = {NULL, "", "red", "#12345", "#1234567", "#gggggg", "0b5c8a#", "#0b5c8a;}"};
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_cmpstr(palette_new(wrong[i]).bar, ==, "#0b5c8a");
	g_assert_cmpfloat_with_epsilon(palette_contrast("#000000", "#ffffff"), 21, 0.1);
	g_assert_cmpfloat_with_epsilon(palette_contrast("#767676", "#ffffff"), 4.54, 0.05);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	setlocale(LC_ALL, ""); /* whatever it is, it changes nothing */
	g_test_add_func("/language/find", test_find);
	g_test_add_func("/language/find-first", test_find_first);
	g_test_add_func("/language/dates", test_dates);
	g_test_add_func("/language/brief-dates", test_brief_dates);
	g_test_add_func("/language/tables", test_tables);
	g_test_add_func("/language/moments", test_moments);
	g_test_add_func("/language/money", test_money);
	g_test_add_func("/language/plurals", test_plurals);
	g_test_add_func("/language/lists", test_lists);
	g_test_add_func("/palette/readable", test_palette);
	return g_test_run();
}
