/* Text hygiene: hostile bytes in, one clean line, match, key or address out. */
#include "base/text.h"

typedef struct {
	const char *text;
	const char *clean;
} TextCase;

#define FFFD "\xef\xbf\xbd"
#define NBSP "\xc2\xa0"
#define ZWSP "\xe2\x80\x8b"
#define RLO "\xe2\x80\xae"
#define LRI "\xe2\x81\xa6"
#define PDI "\xe2\x81\xa9"
#define LRM "\xe2\x80\x8e"
#define E_ACUTE "\xc3\xa9"

static void test_clean_line(void)
{
	static const TextCase CASES[] = {
		{NULL, ""},
		{"", ""},
		{" \t\r\n ", ""},
		{"Acme", "Acme"},
		{"  Acme \t\n\r  BV ", "Acme BV"},
		{"a\x01 \x02 b", "a b"},
		{"\x1b[31mred\x7f", "[31mred"},
		{"Subject: x\r\nBcc: y", "Subject: x Bcc: y"},
		{"a\xc2\x85" "b\xc2\x9b" "c", "abc"},
		{RLO "fdp.exe" LRI "x" PDI "\xe2\x80\xac", "fdp.exex"},
		{"a" LRM "b", "a" LRM "b"},
		{"a" NBSP ZWSP " b", "a" NBSP ZWSP " b"},
		{"caf\xe9 \xff", "caf" FFFD " " FFFD},
		{"\xc0\xaf\xed\xa0\x80", FFFD FFFD FFFD FFFD FFFD},
		{"cut \xe2\x82", "cut " FFFD FFFD},
		{"\xf0\x9f\xa7\xbe \xd0\x9f", "\xf0\x9f\xa7\xbe \xd0\x9f"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autofree char *clean = text_clean_line(CASES[i].text);
		g_assert_cmpstr(clean, ==, CASES[i].clean);
		g_autofree char *again = text_clean_line(clean);
		g_assert_cmpstr(again, ==, clean);
		g_autofree char *or_null = text_clean_or_null(CASES[i].text);
		g_assert_cmpstr(or_null, ==, *CASES[i].clean ? CASES[i].clean : NULL);
	}
}

static void test_clean_lines(void)
{
	static const TextCase CASES[] = {
		{NULL, ""},
		{" one  line ", "one line"},
		{" a \r\n b\rc \n\n d\t e ", "a\nb\nc\n\nd e"},
		{"\r\n\r\n", "\n\n"},
		{"\n\r", "\n\n"},
		{"a\x02\n" RLO "b\xff\n", "a\nb" FFFD "\n"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autofree char *clean = text_clean_lines(CASES[i].text);
		g_assert_cmpstr(clean, ==, CASES[i].clean);
	}
}

static void test_matches(void)
{
	static const struct {
		const char *pattern, *text;
		gboolean matches;
	} CASES[] = {
		{"", "", TRUE}, {"", "a", FALSE}, {"*", "", TRUE}, {"*", "anything", TRUE}, {"**", "x", TRUE}, {"?", "", FALSE},
		{"IT-*", "it-4100", TRUE}, {"IT-*", "IT-", TRUE}, {"IT-*", "xIT-1", FALSE}, {"4100", "4100", TRUE},
		{"4100", "41000", FALSE}, {"NL8*", "nl812345678B01", TRUE}, {"*B01", "NL812345678B01", TRUE},
		{"*a*b*c*", "xxaxxbxxcxx", TRUE}, {"*a*b*c*", "xxaxxcxxbxx", FALSE}, {"a?c", "abc", TRUE}, {"a?c", "ac", FALSE},
		{"a?c", "a" E_ACUTE "c", TRUE}, {"a?c", "ae\xcc\x81" "c", TRUE}, {"caf\xc3\x89*", "Caf" E_ACUTE " Noir", TRUE},
		{"stra\xc3\x9f" "e", "STRASSE", TRUE}, {"*\xd0\x9f*", "\xd0\xbf", TRUE}, {"41[0-5]0", "4130", TRUE},
		{"41[0-5]0", "4160", FALSE}, {"41[!0-5]0", "4160", TRUE}, {"41[!0-5]0", "4130", FALSE}, {"[A-C]x", "bX", TRUE},
		{"[abc]", "d", FALSE}, {"[]x]", "]", TRUE}, {"[!]x]", "]", FALSE}, {"[!]x]", "y", TRUE}, {"[a-]", "-", TRUE},
		{"[-a]", "-", TRUE}, {"[a", "[a", TRUE}, {"[", "[", TRUE}, {"[!", "[!", TRUE}, {"[]", "[]", TRUE}, {"a]", "a]", TRUE},
		{"[*]", "*", TRUE}, {"[*]", "x", FALSE}, {"[?]", "?", TRUE}, {"[z-a]", "m", FALSE}, {"a\\*", "a\\b", TRUE},
		{"*[0-9]", "abc7", TRUE}, {"*[0-9]", "abc", FALSE}, {"a*", "b\xff", FALSE}, {"b?", "b\xff", TRUE}, {"*x\xff", "x\xfe", TRUE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		if (text_matches(CASES[i].pattern, CASES[i].text) != CASES[i].matches)
			g_error("\"%s\" and \"%s\": not %d", CASES[i].pattern, CASES[i].text, CASES[i].matches);
	}
}

/* A backtracking matcher would not come back from this. */
static void test_covers(void)
{
	static const struct {
		const char *wider, *pattern;
		gboolean covers;
	} cases[] = {
		{"", "", TRUE},        {"*", "", TRUE},          {"", "*", FALSE},        {"?", "", FALSE},          {"*", "*", TRUE},
		{"*", "a?[x]*", TRUE}, {"a", "A", TRUE},         {"a", "b", FALSE},       {"a", "aa", FALSE},        {"aa", "a", FALSE},
		{"IT-*", "it-100", TRUE}, {"IT-*", "IT-*", TRUE}, {"IT-*", "IT-1*", TRUE}, {"IT-1*", "IT-*", FALSE}, {"IT-?*", "IT-*", FALSE},
		{"IT-*", "IT-?*", TRUE}, {"*a*", "*ab", TRUE},    {"*a*", "*b*", FALSE},   {"*a*b*", "xaxbx", TRUE},  {"*a*b*", "b*a", FALSE},
		{"?", "x", TRUE},      {"?", "?", TRUE},         {"?", "[ab]", TRUE},     {"?", "*", FALSE},         {"x", "?", FALSE},
		{"[ab]", "a", TRUE},   {"[ab]", "c", FALSE},     {"[!ab]", "c", TRUE},    {"[ab]", "[ab]", TRUE},    {"[ab]", "[ba]", FALSE},
		{"a[", "A[", TRUE},    {"[", "?", FALSE},        {"Größe*", "GRÖSSE 1", TRUE}, {"GRÖ*", "größe*", TRUE}, {"**", "*", TRUE},
		{"*", "**", TRUE},     {"a*a", "a", FALSE},      {"a*a", "aa", TRUE},     {"a*", "a*?", TRUE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		if (text_pattern_covers(cases[i].wider, cases[i].pattern) != cases[i].covers)
			g_error("\"%s\" and \"%s\": not %d", cases[i].wider, cases[i].pattern, cases[i].covers);
}

/* Whatever it says covers, matches every text that the other matches. */
static void test_covers_is_sure(void)
{
	static const char *const pieces[] = {"a", "b", "?", "*", "[ab]", "[!a]", "", "*"};
	static const char *const texts[] = {"", "a", "b", "c", "aa", "ab", "ba", "bb", "abc", "aab", "abab", "cab", "bbb", "aaaa"};
	g_autoptr(GRand) random = g_rand_new_with_seed(5);
	guint covered = 0;
	for (guint round = 0; round < 20000; round++) {
		char *patterns[2];
		for (guint i = 0; i < 2; i++)
			patterns[i] = g_strconcat(pieces[g_rand_int_range(random, 0, 8)], pieces[g_rand_int_range(random, 0, 8)], pieces[g_rand_int_range(random, 0, 8)],
			                          pieces[g_rand_int_range(random, 0, 8)], NULL);
		const gboolean covers = text_pattern_covers(patterns[0], patterns[1]);
		covered += covers ? 1 : 0;
		for (guint i = 0; covers && i < G_N_ELEMENTS(texts); i++)
			if (text_matches(patterns[1], texts[i]) && !text_matches(patterns[0], texts[i]))
				g_error("\"%s\" does not cover \"%s\": %s", patterns[0], patterns[1], texts[i]);
		g_free(patterns[0]);
		g_free(patterns[1]);
	}
	g_assert_cmpuint(covered, >, 1000);
}

static void test_matches_hostile(void)
{
	g_autoptr(GString) pattern = g_string_new(NULL);
	for (int i = 0; i < 200; i++)
		g_string_append(pattern, "*a");
	g_string_append(pattern, "*b");
	g_autofree char *text = g_strnfill(5000, 'a');
	g_assert_false(text_matches(pattern->str, text));
	g_string_truncate(pattern, pattern->len - 1);
	g_assert_true(text_matches(pattern->str, text));
}

static void test_key(void)
{
	static const TextCase CASES[] = {
		{NULL, ""}, {"", ""}, {"---", ""}, {"2026-118", "2026118"}, {"RE 2026/118.", "re2026118"},
		{"Caf\xc3\x89 Noir", "caf" E_ACUTE "noir"}, {"Cafe\xcc\x81", "caf" E_ACUTE}, {"\xef\xbc\xa1\xef\xbc\x91", "a1"},
		{"Stra\xc3\x9f" "e", "strasse"}, {"\xef\xac\x81n", "fin"}, {"a\xff" "b", "ab"}, {"A" NBSP ZWSP "B", "ab"},
		{"\xc2\xb2", "2"}, {"\xd0\x9f\xd0\xbe", "\xd0\xbf\xd0\xbe"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autofree char *key = text_key(CASES[i].text);
		g_assert_cmpstr(key, ==, CASES[i].clean);
	}
}

static void test_nearest(void)
{
	static const char *const NAMES[] = {"approvers", "within", "before", "need", "ladder", "at", "name", NULL};
	static const char *const NONE[] = {NULL};
	static const TextCase CASES[] = {
		{"aprovers", "approvers"}, {"aproverls", "approvers"}, {"approevrs", "approvers"}, {"withn", "within"},
		{"lader", "ladder"}, {"naem", "name"}, {"nmae", "name"}, {"need", "need"}, {"neede", "need"}, {"as", "at"},
		{"befroe", "before"}, {"befor", "before"}, {"befro", NULL}, {"approve", "approvers"}, {"colour", NULL}, {"xyz", NULL}, {"wxthxn", "within"},
		{"wxthxx", NULL}, {"\xc3\xa9t", "at"}, {"la\xff" "der", "ladder"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++)
		g_assert_cmpstr(text_nearest(CASES[i].text, NAMES), ==, CASES[i].clean);
	g_assert_null(text_nearest("name", NONE));
	g_autofree char *endless = g_strnfill(1000000, 'n');
	g_assert_null(text_nearest(endless, NAMES));
}

static void test_mail_address(void)
{
	static const char *const GOOD[] = {
		"a@x.example", "jan.de-vries+facturen@voorbeeld.nl", "o'neil@x.example", "root@localhost", ("a@b\xc3\xbc" "cher.example"),
		"1234567890123456789012345678901234567890123456789012345678901234@x.example", "a@1.2.3.example", "a_b=c@x-y.example",
		"a@\xd0\xbf\xd0\xbe\xd1\x87\xd1\x82\xd0\xb0.example", "a@\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80.example",
	};
	static const char *const BAD[] = {
		NULL, "", "a", "@", "a@", "@x.example", "a@@x.example", "a@b@x.example", "a b@x.example", " a@x.example", "a@x.example ",
		"a@x.example\r\nBcc: b@x.example", "a@x.example\n", "a\t@x.example", "<a@x.example>", "\"a b\"@x.example", "A <a@x.example>",
		"a@x.example,b@x.example", "a;b@x.example", "a(c)@x.example", ".a@x.example", "a.@x.example", "a..b@x.example",
		"a@.x.example", "a@x..example", "a@x.example.", "a@-x.example", "a@x-.example", "a@x_y.example", "a@[127.0.0.1]",
		"12345678901234567890123456789012345678901234567890123456789012345@x.example", "\xc3\xa9@x.example", "a@x\xff.example",
		("a@x" NBSP "y.example"), ("a@x" ZWSP ".example"), ("a@x" RLO ".example"), "a@x.example?subject=y", "a@x/y", "a\x01@x.example",
		"a\\@x.example", "a:b@x.example", ("a@x\xe3\x80\x82" "example"),
		"a@1234567890123456789012345678901234567890123456789012345678901234.example",
	};
	for (guint i = 0; i < G_N_ELEMENTS(GOOD); i++) {
		if (!text_is_mail_address(GOOD[i]))
			g_error("refused: %s", GOOD[i]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(BAD); i++) {
		if (text_is_mail_address(BAD[i]))
			g_error("accepted: %s", BAD[i]);
	}
}

static void test_mail_address_length(void)
{
	g_autoptr(GString) address = g_string_new("a@");
	while (address->len < 252)
		g_string_append(address, "x.");
	g_string_append(address, "nl");
	g_assert_cmpuint(address->len, ==, 254);
	g_assert_true(text_is_mail_address(address->str));
	g_string_append_c(address, 'x');
	g_assert_false(text_is_mail_address(address->str));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/clean-line", test_clean_line);
	g_test_add_func("/text/clean-lines", test_clean_lines);
	g_test_add_func("/text/matches", test_matches);
	g_test_add_func("/text/matches-hostile", test_matches_hostile);
	g_test_add_func("/text/covers", test_covers);
	g_test_add_func("/text/covers-is-sure", test_covers_is_sure);
	g_test_add_func("/text/key", test_key);
	g_test_add_func("/text/nearest", test_nearest);
	g_test_add_func("/text/mail-address", test_mail_address);
	g_test_add_func("/text/mail-address-length", test_mail_address_length);
	return g_test_run();
}
