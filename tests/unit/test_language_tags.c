/* Lists of languages as people and programs write them. */
#include "directory/language_tags.h"

#include <string.h>

static const struct {
	const char *list, *wanted;
} CASES[] = {
	{"nl", "nl"},
	{"nl-NL", "nl"},
	{"NL_nl", "nl"},
	{"es-ES, en;q=0.7", "es, en"},
	{"en;q=0.7, es", "es, en"},
	{"sv, nl;q=0.8", "sv, nl"},
	{"en;q=0.5, de;q=0.8, fr;Q=0.8", "de, fr, en"},
	{"zh-Hant, de-CH;q=0.9", "zh, de"},
	{"nl-BE, nl;q=0.5, en;q=0.4", "nl, en"},
	{"nl-BE;q=0, nl", "nl"},
	{"en;q=0.1, en, fr;q=0.5", "en, fr"},
	{"fr;q=0, en;q=0.001", "en"},
	{"fr;q=0.000", NULL},
	{"nl;level=1;q=0.2, fr;q=0.3", "fr, nl"},
	{"nl; q=0.2, fr ; q=0.3", "fr, nl"},
	{"nl;eq=0.2, fr;q=0.3", "nl, fr"},
	/* Any language: from there on the organisation's is as good. */
	{"*", NULL},
	{"*, de;q=0.1", NULL},
	{"nl, *;q=0.5, de;q=0.1", "nl"},
	{"*, nl", "nl"},
	{"sv, *;q=0", "sv"},
	{"**, nl", "nl"},
	{"i-klingon, de", "de"},
	{" , ,de", "de"},
	{"x", NULL},
	{"Nederlands!", NULL},
	{"abcdefghi", NULL},
	{"", NULL},
	{";", NULL},
	{";q=1, nl", "nl"},
	{"de;q=99999999999999999999", "de"},
	{"de;q=-1", "de"},
	{"de;q", "de"},
	{"\xff\xff, de", "de"},
	{"nl\r\nBcc: x@y.example, de", "de"},
	{"aa,bb,cc,dd,ee,ff,gg,hh,ii,jj", "aa, bb, cc, dd, ee, ff, gg, hh"},
};

static void test_cases(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autofree char *tags = language_tags_by_liking(CASES[i].list);
		g_test_message("%s", CASES[i].list);
		g_assert_cmpstr(tags, ==, CASES[i].wanted);
	}
}

/* Somebody's own entry may hold a megabyte of them. */
static void test_long(void)
{
	g_autoptr(GString) list = g_string_new("fr;q=0.5");

	while (list->len < 1024 * 1024)
		g_string_append(list, ",nl;q=0.1");
	g_string_append(list, ",de");
	g_autofree char *tags = language_tags_by_liking(list->str);
	g_assert_cmpstr(tags, ==, "fr, nl");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/directory/language-tags/cases", test_cases);
	g_test_add_func("/directory/language-tags/long", test_long);
	return g_test_run();
}
