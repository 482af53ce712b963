/* Values of the directory that need no server: which are alike, members' names, and attributes that come in pieces. */
#include "base/error.h"
#include "directory/alike.h"
#include "directory/members.h"
#include "directory/ranges.h"

#include <string.h>

/* --- alike --- */

typedef struct {
	const char *value;
	gboolean is_plain;
	const char *key;  /* of plain ones */
	const char *blur; /* NULL: may be anything */
} AlikeCase;

static const AlikeCase ALIKE[] = {
	{"anna", TRUE, "anna", "anna"},
	{"ANNA", TRUE, "anna", "anna"},
	{" anna  de  vries ", TRUE, "anna de vries", "annadevries"},
	{"anna.de-vries@x.example", TRUE, "anna.de-vries@x.example", "annadevriesxexample"},
	{"007", TRUE, "007", "7"},
	{"+31 20-5", TRUE, "+31 20-5", "31205"},
	{"*)(uid=*", TRUE, "*)(uid=*", "uid"},
	{"*", TRUE, "*", ""},
	{" ", TRUE, "", ""},
	{"", FALSE, NULL, ""},
	{"a\tb", FALSE, NULL, "ab"},
	/* Active Directory finds Andre for André, and some servers find neither Ø for O nor the other way round. */
	{"Andr\xc3\xa9", FALSE, NULL, "andre"},
	{"Andre\xcc\x81", FALSE, NULL, "andre"},
	{"STRASSE", TRUE, "strasse", "strasse"},
	{"Stra\xc3\x9f"
         "e",
         FALSE, NULL, "strasse"},
	{"\xef\xbd\x81nna", FALSE, NULL, "anna"},
	{"S\xc3\xb8ren", FALSE, NULL, NULL},
	{"\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0", FALSE, NULL, NULL},
	{"anna\xc2\xad", FALSE, NULL, NULL},
	{"\xff", FALSE, NULL, NULL},
};

static void test_alike(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(ALIKE); i++) {
		const AlikeCase *wanted = &ALIKE[i];
		g_autofree char *blur = alike_blur(wanted->value, strlen(wanted->value));
		g_test_message("%s", wanted->value);
		g_assert_cmpint(alike_is_plain(wanted->value), ==, wanted->is_plain);
		g_assert_cmpstr(blur, ==, wanted->blur);
		g_autofree char *key = wanted->is_plain ? alike_key(wanted->value) : NULL;
		g_assert_cmpstr(key, ==, wanted->key);
	}
	g_assert_null(alike_blur("an\0na", 5));
	g_autofree char *long_one = g_strnfill(201, 'x');
	g_assert_false(alike_is_plain(long_one));
	g_assert_true(alike_is_plain(long_one + 1));
}

/* --- members' names --- */

typedef struct {
	const char *attribute, *value, *wanted;
} NameCase;

static const NameCase NAMES[] = {
	{"uniqueMember", "uid=a,dc=x", "uid=a,dc=x"},
	{"uniqueMember", "uid=a,dc=x#'0101'B", "uid=a,dc=x"},
	{"UNIQUEMEMBER", "uid=a,dc=x#''B", "uid=a,dc=x"},
	{"uniqueMember", "uid=a#b,dc=x#'1'B", "uid=a#b,dc=x"},
	{"uniqueMember", "uid=a#b,dc=x", "uid=a#b,dc=x"},
	{"uniqueMember", "uid=a,dc=x#'012'B", "uid=a,dc=x#'012'B"},
	{"uniqueMember", "uid=a,dc=x#'01'Bx", "uid=a,dc=x#'01'Bx"},
	{"uniqueMember", "uid=a,dc=x#'01", "uid=a,dc=x#'01"},
	{"uniqueMember", "#", "#"},
	{"uniqueMember", "", ""},
	{"member", "uid=a,dc=x#'0101'B", "uid=a,dc=x#'0101'B"},
};

static void test_member_names(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++) {
		g_autofree char *name = members_name(NAMES[i].attribute, NAMES[i].value);
		g_assert_cmpstr(name, ==, NAMES[i].wanted);
	}
}

/* --- ranges --- */

#define PIECES_MAX 4

/* What a server gives: the names of the attribute in its answers, each with one value. */
typedef struct {
	const char *pieces[PIECES_MAX];
	const char *asked[PIECES_MAX]; /* what it is asked for after each */
	const char *says;              /* the error; NULL = the answer is whole */
	ErrorKind kind;
} RangeCase;

static const RangeCase RANGES[] = {
	{{"member"}, {NULL}, NULL, 0},
	{{"member;range=0-*"}, {NULL}, NULL, 0},
	{{"Member;Range=0-1499", "member;range=1500-*"}, {"member;range=1500-*"}, NULL, 0},
	{{"member;range=0-0", "member;range=1-1", "member;range=2-*"}, {"member;range=1-*", "member;range=2-*"}, NULL, 0},
	/* Nothing that is not the very next piece is taken for it. */
	{{"member;range=0-9", "member;range=0-9"}, {"member;range=10-*"}, "only in part", ERROR_UNAVAILABLE},
	{{"member;range=0-9", "member;range=11-*"}, {"member;range=10-*"}, "only in part", ERROR_UNAVAILABLE},
	{{"member;range=0-9", "member"}, {"member;range=10-*"}, "no more came", ERROR_UNAVAILABLE},
	{{"member;range=0-9", "manager;range=10-*"}, {"member;range=10-*"}, "only in part", ERROR_UNAVAILABLE},
	{{"member;range=5-9"}, {NULL}, "only in part", ERROR_UNAVAILABLE},
	{{"member;range=9-5"}, {NULL}, "only in part", ERROR_UNAVAILABLE},
	{{"member;range=0-"}, {NULL}, "only in part", ERROR_UNAVAILABLE},
	{{"member;range=x"}, {NULL}, "only in part", ERROR_UNAVAILABLE},
	{{"member;range=0-99999999999999999999"}, {NULL}, "only in part", ERROR_UNAVAILABLE},
	{{"member;range=0-20000"}, {NULL}, "more than 10000", ERROR_PERMANENT},
};

static const char *const MEMBER[] = {"member", NULL};

static void answer(Search *search, const char *name, guint place)
{
	GPtrArray *entries = search_entries_new();
	Entry *entry = entry_new("cn=group");
	g_autofree char *value = g_strdup_printf("uid=%u", place);

	entry_add(entry, name, value, strlen(value));
	g_ptr_array_add(entries, entry);
	search_settle(search, entries);
}

static void run_ranges(const RangeCase *wanted, Search *search)
{
	answer(search, wanted->pieces[0], 0);
	g_autoptr(GPtrArray) searches = g_ptr_array_new();
	g_ptr_array_add(searches, search);
	g_autoptr(GPtrArray) ranges = ranges_open(searches);
	guint place = 0;
	for (; ranges->len > 0; place++) {
		g_autoptr(GPtrArray) next = ranges_searches(ranges);
		g_assert_cmpuint(next->len, ==, 1);
		Search *rest = g_ptr_array_index(next, 0);
		g_assert_cmpstr(rest->attributes[0], ==, wanted->asked[place]);
		g_assert_cmpstr(rest->base, ==, "cn=group");
		answer(rest, wanted->pieces[place + 1], place + 1);
		ranges_close(ranges);
	}
	g_assert_null(wanted->asked[place]);
}

static void test_ranges(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(RANGES); i++) {
		const RangeCase *wanted = &RANGES[i];
		g_autoptr(Search) search = search_new("group", FALSE, "dc=x", "(cn=group)", MEMBER);
		guint pieces = 0;
		g_test_message("%s", wanted->pieces[0]);
		run_ranges(wanted, search);
		while (pieces < PIECES_MAX && wanted->pieces[pieces] != NULL)
			pieces++;
		if (wanted->says != NULL) {
			g_assert_error(search->error, AKKOORD_ERROR, (int)wanted->kind);
			g_assert_nonnull(strstr(search->error->message, wanted->says));
			g_assert_null(search->entries);
			continue;
		}
		g_assert_no_error(search->error);
		g_autoptr(GPtrArray) values = entry_texts(g_ptr_array_index(search->entries, 0), "member");
		g_assert_cmpuint(values->len, ==, pieces);
		for (guint k = 0; k < pieces; k++) {
			g_autofree char *value = g_strdup_printf("uid=%u", k);
			g_assert_cmpstr(g_ptr_array_index(values, k), ==, value);
		}
	}
}

/* Two attributes of one entry, and the rest of one of them refused: the whole search is without an answer, and the other is let
 * be. */
static void test_range_refused(void)
{
	g_autoptr(Search) search = search_new("group", FALSE, "dc=x", "(cn=group)", MEMBER);
	g_autoptr(GError) busy = NULL;

	error_set(&busy, ERROR_UNAVAILABLE, "busy");
	answer(search, "member;range=0-9", 0);
	entry_add(g_ptr_array_index(search->entries, 0), "owner;range=0-9", "x", 1);
	g_autoptr(GPtrArray) searches = g_ptr_array_new();
	g_ptr_array_add(searches, search);
	g_autoptr(GPtrArray) ranges = ranges_open(searches);
	g_autoptr(GPtrArray) next = ranges_searches(ranges);
	g_assert_cmpuint(next->len, ==, 2);
	search_fail(g_ptr_array_index(next, 0), busy);
	answer(g_ptr_array_index(next, 1), "owner;range=10-*", 1);
	ranges_close(ranges);
	g_assert_cmpuint(ranges->len, ==, 0);
	g_assert_error(search->error, AKKOORD_ERROR, ERROR_UNAVAILABLE);
	g_assert_nonnull(strstr(search->error->message, "busy"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/directory/alike", test_alike);
	g_test_add_func("/directory/member-names", test_member_names);
	g_test_add_func("/directory/ranges", test_ranges);
	g_test_add_func("/directory/range-refused", test_range_refused);
	return g_test_run();
}
