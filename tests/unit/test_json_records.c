/* Files of records: the two forms, and each way in which a record can be wrong. */
#include "config/json_records.h"

#include <string.h>

static const JsonMember inner_members[] = {
	{.name = "from", .type = MEMBER_TEXT, .required = TRUE},
	{0},
};

static const JsonMember members[] = {
	{.name = "uid", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "groups", .type = MEMBER_TEXTS},
	{.name = "disabled", .type = MEMBER_FLAG},
	{.name = "absent", .type = MEMBER_OBJECTS, .members = inner_members},
	{.name = "lookups", .type = MEMBER_TEXTS_BY_NAME},
	{0},
};

static void test_forms(void)
{
	static const struct {
		const char *text;
		guint lines[3]; /* where the records begin; all of them */
	} cases[] = {
		{"", {0}},
		{"\n \r\n", {0}},
		{"[]", {0}},
		{" [ ]\n", {0}},
		{"{\"uid\":\"a\"}", {1}},
		{"\n{\"uid\":\"a\"}\r\n\r\n {\"uid\":\"b\"} \n", {2, 4}},
		{"\357\273\277{\"uid\":\"a\"}\n", {1}},
		{"[{\"uid\":\"a\"},{\"uid\":\"b\"}]", {1, 1}},
		{"[\n{\n\"uid\"\n:\"a\"}\n,\n\n {\"uid\":\"[{\\\"]},\"}\n]\n\n", {2, 7}},
		{"{\"uid\":\"a\",\"groups\":null,\"disabled\":null,\"absent\":[],\"lookups\":{}}", {1}},
		{"{\"uid\":\"a\",\"groups\":[\"\",\"x\"],\"disabled\":true,\"absent\":[{\"from\":\"x\"}],\"lookups\":{\"l\":[\"*\"]}}", {1}},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(GArray) records = json_records_parse(cases[i].text, strlen(cases[i].text), "p", members, problems);
		g_autofree char *text = problems_format(problems);
		g_assert_cmpstr(text, ==, "");
		for (guint j = 0; j < records->len; j++) {
			g_assert_cmpuint(g_array_index(records, JsonRecord, j).line, ==, cases[i].lines[j]);
			g_assert_nonnull(json_record_text(g_array_index(records, JsonRecord, j).json, "uid"));
		}
		g_assert_true(records->len == G_N_ELEMENTS(cases[i].lines) || cases[i].lines[records->len] == 0);
	}
}

static void test_wrong(void)
{
	static const struct {
		const char *text;
		const char *findings[3]; /* how they begin; all of them */
		guint left;
	} cases[] = {
		{"{\"uid\":\"a\"", {"p:1: wanted a JSON object (counted from there: line 1"}, 0},
		{"{\"uid\":\"a\"\n{\"uid\":\"b\"}\n{", {"p:1: wanted a JSON object", "p:3: wanted a JSON object"}, 1},
		{"{\"uid\":\"a\"} {\"uid\":\"b\"}", {"p:1: wanted a JSON object"}, 0},
		{"uid,name\n", {"p:1: wanted a JSON object"}, 0},
		{"\"a\"\n5\nnull", {"p:1: found \"a\", wanted a JSON object", "p:2: found \"5\", wanted a JSON object", "p:3: found \"null\""}, 0},
		{"{}", {"p:1: uid: wanted a string"}, 0},
		{"{\"uid\":\"\"}", {"p:1: uid: found \"\", wanted a string"}, 0},
		{"{\"uid\":5}", {"p:1: uid: found \"5\", wanted a string"}, 0},
		{"{\"uid\":\"a\",\"uid\":\"b\"}", {"p:1: wanted a JSON object (counted from there: line 1, column 16: duplicate object key"}, 0},
		{"{\"uid\":\"a\",\"grouops\":[]}", {"p:1: grouops: wanted a known name: did you mean \"groups\"?"}, 0},
		{"{\"uid\":\"a\",\"x\":1}", {"p:1: x: wanted a known name: one of uid, groups, disabled, absent, lookups"}, 0},
		{"{\"uid\":\"a\",\"groups\":\"g\"}", {"p:1: groups: found \"g\", wanted a list of strings"}, 0},
		{"{\"uid\":\"a\",\"groups\":[1]}", {"p:1: groups: found \"[1]\", wanted a list of strings"}, 0},
		{"{\"uid\":\"a\",\"disabled\":\"yes\"}", {"p:1: disabled: found \"yes\", wanted true or false"}, 0},
		{"{\"uid\":\"a\",\"disabled\":1}", {"p:1: disabled: found \"1\", wanted true or false"}, 0},
		{"{\"uid\":\"a\",\"absent\":{\"from\":\"x\"}}", {"p:1: absent: found \"{\"from\":\"x\"}\", wanted a list of objects"}, 0},
		{"{\"uid\":\"a\",\"absent\":[{\"from\":\"x\"},{\"frm\":1}]}",
	         {"p:1: absent[1].frm: wanted a known name: did you mean \"from\"?", "p:1: absent[1].from: wanted a string"},
	         0},
		{"{\"uid\":\"a\",\"lookups\":{\"l\":\"*\"}}", {"p:1: lookups: found \"{\"l\":\"*\"}\", wanted an object of lists of strings"}, 0},
		{"[{\"uid\":\"a\"}\n,\n]", {"p:3: wanted a JSON object"}, 1},
		{"[{\"uid\":\"a\"}\n", {"p:2: wanted \"]\" where the array ends"}, 1},
		{"[{\"uid\":\"a\"}]\n{\"uid\":\"b\"}", {"p:2: wanted nothing after the array"}, 1},
		{"[", {"p:1: wanted \"]\" where the array ends"}, 0},
		{"[{\"uid\":\"a}]", {"p:1: wanted \"]\" where the array ends", "p:1: wanted a JSON object"}, 0},
		{"[[{\"uid\":\"a\"}]]", {"p:1: found \"[{\"uid\":\"a\"}]\", wanted a JSON object"}, 0},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(GArray) records = json_records_parse(cases[i].text, strlen(cases[i].text), "p", members, problems);
		guint wanted = 0;
		for (; wanted < G_N_ELEMENTS(cases[i].findings) && cases[i].findings[wanted]; wanted++) {
			g_autofree char *found = wanted < problems_count(problems) ? problem_format(problems_get(problems, wanted)) : NULL;
			if (!found || !g_str_has_prefix(found, cases[i].findings[wanted]))
				g_error("%s\nwanted %s\nfound  %s", cases[i].text, cases[i].findings[wanted], found);
		}
		g_assert_cmpuint(problems_count(problems), ==, wanted);
		g_assert_cmpuint(records->len, ==, cases[i].left);
	}
}

static void test_file(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Problems) problems = problems_new();
	g_assert_null(json_records_read("/nonexistent/people", members, problems, &error));
	g_assert_nonnull(error);
	g_assert_cmpuint(problems_count(problems), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json_records/forms", test_forms);
	g_test_add_func("/json_records/wrong", test_wrong);
	g_test_add_func("/json_records/file", test_file);
	return g_test_run();
}
