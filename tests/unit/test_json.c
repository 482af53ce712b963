/* JSON values: what setters clean, what getters give, the canonical form, and what the parser refuses. */
#include "base/error.h"
#include "base/instant.h"
#include "codec/json.h"

#include <string.h>

static Json *parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	Json *json = js_parse(text, strlen(text), &error);
	g_assert_no_error(error);
	return json;
}

static void assert_canonical(const Json *json, const char *expected)
{
	g_autofree char *text = js_canonical(json);
	g_assert_cmpstr(text, ==, expected);
}

/* Each right side is json.dumps(json.loads(left), sort_keys=True, separators=(",", ":"), ensure_ascii=False) of
 * Python 3.11, which for these agrees with RFC 8785. */
static void test_canonical(void)
{
	static const char *const CASES[][2] = {
		{"{}", "{}"},
		{"[ ]", "[]"},
		{" null", "null"},
		{"\"x\"", "\"x\""},
		{"{\"b\":1,\"a\":2,\"B\":3,\"a_b\":4,\"ab\":5,\"\":6}", "{\"\":6,\"B\":3,\"a\":2,\"a_b\":4,\"ab\":5,\"b\":1}"},
		{"{\"a\":[1,{\"d\":1,\"c\":null}],\"Z\":{\"y\":true,\"x\":false}}", "{\"Z\":{\"x\":false,\"y\":true},\"a\":[1,{\"c\":null,\"d\":1}]}"},
		{"\"a\\/b \\u00e9 \\ud83e\\uddfe\"", "\"a/b \xc3\xa9 \xf0\x9f\xa7\xbe\""},
		{"\"\\\" \\\\ \\b\\f\\n\\r\\t\"", "\"\\\" \\\\ \\b\\f\\n\\r\\t\""},
		{"\"\\u0001\\u001F \\\\u001F \\u007f\\u0080\\u2028\"", "\"\\u0001\\u001f \\\\u001F \x7f\xc2\x80\xe2\x80\xa8\""},
		{"\"\\\\\\u001F\"", "\"\\\\\\u001f\""},
		{"[0,-0,9007199254740991,-9007199254740991]", "[0,0,9007199254740991,-9007199254740991]"},
		{"\"<script>&amp;'\"", "\"<script>&amp;'\""},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(Json) json = parse(CASES[i][0]);
		assert_canonical(json, CASES[i][1]);
		g_autoptr(Json) again = parse(CASES[i][1]);
		assert_canonical(again, CASES[i][1]);
	}
}

static void test_line_keeps_order(void)
{
	g_autoptr(Json) json = parse("{ \"b\": 1, \"a\": [true, \"\xc3\xa9\"] }");
	g_autofree char *line = js_line(json);
	g_assert_cmpstr(line, ==, "{\"b\":1,\"a\":[true,\"\xc3\xa9\"]}");
}

static void test_build(void)
{
	g_autoptr(Json) object = js_object_new();
	Json *list = js_array_new();
	js_array_append_string(list, "x");
	js_array_append_string(list, NULL);
	js_array_append(list, NULL);
	js_array_append(list, js_integer_new(-3));
	js_object_set(object, "list", list);
	js_object_set(object, "none", NULL);
	js_object_set_string(object, "none", NULL);
	js_object_set_line(object, "none", NULL);
	js_object_set_instant(object, "none", INSTANT_NONE);
	js_object_set_instant(object, "at", 1798444800);
	js_object_set_integer(object, "n", 5);
	js_object_set_boolean(object, "yes", TRUE);
	js_object_set_boolean(object, "no", FALSE);
	js_object_set_string(object, "n", "replaced");
	assert_canonical(object, "{\"at\":\"2026-12-28T08:00:00Z\",\"list\":[\"x\",-3],\"n\":\"replaced\",\"no\":false,\"yes\":true}");
	g_assert_cmpuint(js_array_length(list), ==, 2);
	g_assert_null(js_string_new(NULL));
}

static void test_cleaning(void)
{
	static const struct {
		const char *text, *as_string, *as_line;
	} CASES[] = {
		{"plain", "plain", "plain"},
		{"", "", ""},
		{"a\tb\nc", "a\tb\nc", "a b c"},
		{"a\r\nb\rc", "a\nbc", "a b c"},
		{"\x01" "a\x1b[m\x7f", "a[m", "a[m"},
		{"a\xc2\x85\xc2\x9f" "b", "ab", "ab"},
		{"a\xff\xc0\xaf", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xc3\xa9 \xf0\x9f\xa7\xbe", "\xc3\xa9 \xf0\x9f\xa7\xbe", "\xc3\xa9 \xf0\x9f\xa7\xbe"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(Json) object = js_object_new();
		js_object_set_string(object, "string", CASES[i].text);
		js_object_set_line(object, "line", CASES[i].text);
		g_assert_cmpstr(js_object_get_string(object, "string"), ==, CASES[i].as_string);
		g_assert_cmpstr(js_object_get_string(object, "line"), ==, CASES[i].as_line);
	}
}

static void test_get(void)
{
	g_autoptr(Json) json = parse("{\"s\":\"x\",\"i\":7,\"r\":1.5,\"t\":true,\"f\":false,\"z\":null,\"o\":{\"k\":1},\"a\":[1],"
	                             "\"at\":\"2026-12-28T08:00:00Z\",\"bad\":\"tomorrow\"}");
	g_assert_cmpstr(js_object_get_string(json, "s"), ==, "x");
	g_assert_null(js_object_get_string(json, "i"));
	g_assert_null(js_object_get_string(json, "absent"));
	g_assert_cmpint(js_object_get_integer(json, "i", -1), ==, 7);
	g_assert_cmpint(js_object_get_integer(json, "r", -1), ==, -1);
	g_assert_cmpint(js_object_get_integer(json, "s", -1), ==, -1);
	g_assert_true(js_object_get_boolean(json, "t"));
	g_assert_false(js_object_get_boolean(json, "f"));
	g_assert_false(js_object_get_boolean(json, "i"));
	g_assert_cmpint(js_object_get_instant(json, "at"), ==, 1798444800);
	g_assert_cmpint(js_object_get_instant(json, "bad"), ==, INSTANT_NONE);
	g_assert_cmpint(js_object_get_instant(json, "absent"), ==, INSTANT_NONE);
	g_assert_true(js_is_object(js_object_get(json, "o")) && js_is_array(js_object_get(json, "a")));
	g_assert_false(js_is_object(NULL) || js_is_array(NULL) || js_is_string(NULL) || js_is_set(NULL));
	g_assert_true(js_is_set(js_object_get(json, "i")) && js_is_set(js_object_get(json, "t")));
	g_assert_false(js_is_set(js_object_get(json, "z")) || js_is_set(js_object_get(json, "f")));
	g_assert_null(js_object_get(js_object_get(json, "a"), "k"));
	g_assert_null(js_object_get(NULL, "k"));
	g_assert_null(js_array_get(js_object_get(json, "a"), 1));
	g_assert_cmpuint(js_array_length(NULL) + js_array_length(json), ==, 0);
	js_unref(NULL);
	g_assert_null(js_ref(NULL));
}

static void test_scalar_text(void)
{
	static const char *const CASES[][2] = {
		{"\"x\"", "x"}, {"85", "85"}, {"-3", "-3"}, {"1.21", "1.21"}, {"0.1", "0.1"}, {"1.0", "1"}, {"-2.5e-3", "-0.0025"},
		{"0.30000000000000004", "0.30000000000000004"}, {"true", "true"}, {"false", "false"}, {"null", NULL}, {"[1]", NULL}, {"{}", NULL},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(Json) json = parse(CASES[i][0]);
		g_autofree char *text = js_scalar_text(json);
		g_assert_cmpstr(text, ==, CASES[i][1]);
	}
	g_assert_null(js_scalar_text(NULL));
}

static void append_member(const char *key, Json *value, gpointer user_data)
{
	g_string_append_printf(user_data, "%s=%" G_GINT64_FORMAT " ", key, js_integer(value, -1));
}

static void test_foreach(void)
{
	g_autoptr(Json) json = parse("{\"b\":2,\"c\":3,\"a\":1,\"B\":4}");
	g_autoptr(GString) seen = g_string_new(NULL);
	js_object_foreach(json, append_member, seen);
	g_assert_cmpstr(seen->str, ==, "B=4 a=1 b=2 c=3 ");
}

static void test_parse_refuse(void)
{
	static const struct {
		const char *text, *where;
	} CASES[] = {
		{"", "line 1, column 0: "}, {"{", "line 1, "}, {"{}x", "line 1, column 3: "}, {"{} {}", "line 1, "},
		{"{\"a\":1,\n \"a\":2}", "line 2, column 4: "}, {"{\n\n\"a\" 1}", "line 3, column 5: "}, {"[1,]", "line 1, "},
		{"{'a':1}", "line 1, "}, {"nul", "line 1, "}, {"[\"\xff\"]", "line 1, "}, {"[\"\\ud800\"]", "line 1, "},
		{"[\"a\nb\"]", "line 1, "}, {"[\"\\u0000\"]", "line 1, "}, {"[01]", "line 1, "}, {"[1e999]", "line 1, "},
		{"[99999999999999999999]", "line 1, "}, {"\xef\xbb\xbf{}", "line 1, "}, {"NaN", "line 1, "}, {"// x\n1", "line 1, "},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(js_parse(CASES[i].text, strlen(CASES[i].text), &error));
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, ERROR_INVALID));
		if (!g_str_has_prefix(error->message, CASES[i].where) || !g_utf8_validate(error->message, -1, NULL))
			g_error("%s: %s", CASES[i].text, error->message);
	}
	g_assert_null(js_parse("1\0", 2, NULL));
	g_assert_null(js_parse("[1]x", 2, NULL));
	g_autoptr(Json) start = js_parse("[1]x", 3, NULL);
	g_assert_nonnull(start);
}

static char *nest(const char *open, int depth, const char *inner, const char *close)
{
	GString *text = g_string_new("\n ");
	for (int i = 0; i < depth; i++)
		g_string_append(text, open);
	g_string_append(text, inner);
	for (int i = 0; i < depth; i++)
		g_string_append(text, close);
	return g_string_free(text, FALSE);
}

static void test_parse_depth(void)
{
	g_autofree char *lists = nest("[", 64, "\"[[[\\\"[[[[{{{{\"", "]");
	g_autofree char *objects = nest("{\"a\":", 64, "1", "}");
	g_autofree char *too_deep = nest("[", 65, "", "]");
	g_autofree char *endless = nest("[{\"a\":", 1000000, "", "");
	g_autoptr(Json) good_lists = parse(lists);
	g_autoptr(Json) good_objects = parse(objects);
	g_assert_true(js_is_array(good_lists) && js_is_object(good_objects));
	g_autoptr(GError) error = NULL;
	g_assert_null(js_parse(too_deep, strlen(too_deep), &error));
	g_assert_cmpstr(error->message, ==, "line 2, column 66: nested deeper than 64");
	g_assert_null(js_parse(endless, strlen(endless), NULL));
}

static void test_integer_range(void)
{
	g_autoptr(Json) most = js_integer_new(G_GINT64_CONSTANT(9007199254740991));
	g_assert_nonnull(most);
	if (g_test_subprocess()) {
		js_integer_new(G_GINT64_CONSTANT(9007199254740992));
		return;
	}
	g_test_trap_subprocess(NULL, 0, 0);
	g_test_trap_assert_failed();
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/canonical", test_canonical);
	g_test_add_func("/json/line", test_line_keeps_order);
	g_test_add_func("/json/build", test_build);
	g_test_add_func("/json/cleaning", test_cleaning);
	g_test_add_func("/json/get", test_get);
	g_test_add_func("/json/scalar-text", test_scalar_text);
	g_test_add_func("/json/foreach", test_foreach);
	g_test_add_func("/json/refuse", test_parse_refuse);
	g_test_add_func("/json/depth", test_parse_depth);
	g_test_add_func("/json/integer-range", test_integer_range);
	return g_test_run();
}
