/* Templates: the whole specification, errors by place, and templates and data that mean harm. */
#include "codec/mustache.h"

#include <string.h>

#include "base/error.h"

static Json *parse(const char *text)
{
	g_autoptr(GError) error = NULL;
	Json *json = js_parse(text, strlen(text), &error);
	g_assert_no_error(error);
	return json;
}

static const Mustache *find_partial(const char *name, gpointer user_data)
{
	return g_hash_table_lookup(user_data, name);
}

static void add_partial(const char *name, Json *text, gpointer user_data)
{
	g_autoptr(GError) error = NULL;
	Mustache *partial = mustache_compile(name, js_string(text), &error);
	g_assert_no_error(error);
	g_hash_table_insert(user_data, g_strdup(name), partial);
}

static GHashTable *compile_partials(const Json *texts)
{
	GHashTable *partials = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)mustache_free);
	if (texts)
		js_object_foreach(texts, add_partial, partials);
	return partials;
}

static char *render(const char *text, const Json *data, const Json *partial_texts, MustacheEscape escape)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Mustache) template = mustache_compile("test", text, &error);
	g_autoptr(GHashTable) partials = compile_partials(partial_texts);
	g_assert_no_error(error);
	return mustache_render(template, data, escape, find_partial, partials);
}

static gboolean spec_case_passes(const Json *test)
{
	g_autofree char *result = render(js_object_get_string(test, "template"), js_object_get(test, "data"),
	                                 js_object_get(test, "partials"), MUSTACHE_ESCAPE_HTML);
	if (strcmp(result, js_object_get_string(test, "expected")) == 0)
		return TRUE;
	g_test_message("%s: got \"%s\", expected \"%s\"", js_object_get_string(test, "name"), result,
	               js_object_get_string(test, "expected"));
	return FALSE;
}

static char *spec_path(const char *module)
{
	const char *folder = g_getenv("AKKOORD_MUSTACHE_SPEC");
	const char *source = g_getenv("AKKOORD_SRCDIR");
	g_autofree char *file = g_strconcat(module, ".json", NULL);
	if (folder)
		return g_build_filename(folder, file, NULL);
	return g_build_filename(source ? source : ".", "..", "shared", "mustache-spec", file, NULL);
}

static void test_spec(gconstpointer module)
{
	g_autofree char *path = spec_path(module);
	g_autofree char *text = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, NULL)) {
		g_autofree char *reason = g_strdup_printf("the Mustache specification is not there: %s", path);
		g_test_skip(reason);
		return;
	}
	g_autoptr(GError) error = NULL;
	g_autoptr(Json) spec = js_parse(text, length, &error);
	g_assert_no_error(error);
	const Json *tests = js_object_get(spec, "tests");
	gsize passed = 0;
	for (gsize i = 0; i < js_array_length(tests); i++)
		passed += spec_case_passes(js_array_get(tests, i)) ? 1 : 0;
	g_test_message("%s: %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " passed", (const char *)module, passed, js_array_length(tests));
	g_assert_cmpuint(passed, ==, js_array_length(tests));
	g_assert_cmpuint(passed, >, 0);
}

/* What the specification leaves out. */
static void test_more(void)
{
	static const struct {
		const char *template, *data, *partials, *expected;
	} CASES[] = {
		{"", "{}", "{}", ""},
		{"\xef\xbb\xbfx", "{}", "{}", "x"},
		{"{{a}} {{{a}}} {{&a}}", "{\"a\":\"<'\\\"&>\"}", "{}", "&lt;&#39;&quot;&amp;&gt; <'\"&> <'\"&>"},
		{"{{a}}|{{b}}|{{c}}|{{d}}", "{\"a\":true,\"b\":[1],\"c\":{\"x\":1},\"d\":0.5}", "{}", "true|||0.5"},
		{"{{#a}}x{{/a}}{{#b}}y{{/b}}", "{\"a\":\"\",\"b\":0}", "{}", "xy"},
		{"{{#a}}{{b}}{{/a}}", "{\"a\":{\"b\":null},\"b\":\"outer\"}", "{}", ""},
		{"{{#a.b}}{{c}}{{d}}{{/a.b}}", "{\"a\":{\"b\":[{\"c\":1},{\"c\":2}]},\"d\":\"-\"}", "{}", "1-2-"},
		{"{{#l}}{{#.}}{{.}}{{/.}};{{/l}}", "{\"l\":[[1,2],[3]]}", "{}", "12;3;"},
		{"{{.}}", "\"whole\"", "{}", "whole"},
		{"{{ #a }}x{{ /a }}", "{\"a\":true}", "{}", "x"},
		{"{{=<% %>=}}<%a%><%{a}%>{{a}}", "{\"a\":\"&\"}", "{}", "&amp;&{{a}}"},
		{"a\r\n{{! gone }}\r\nb\r\n  {{>p}}\r\nc", "{}", "{\"p\":\"1\\r\\n2\\r\\n\"}", "a\r\nb\r\n  1\r\n  2\r\nc"},
		{"a\n  {{! two\n lines }}  \nb", "{}", "{}", "a\nb"},
		{"\t {{#a}} \nx\n{{/a}}", "{\"a\":true}", "{}", "x\n"},
		{"{{#a}}{{/a}}\n", "{\"a\":true}", "{}", "\n"},
		{" {{>p}}\n", "{\"l\":[1,2]}", "{\"p\":\"<\\n{{#l}}\\n{{.}}\\n{{/l}}\\n  {{>q}}\\n>{{>q}}\\n\",\"q\":\"q\\nr\"}", " <\n 1\n 2\n   q\n   r >q\nr\n"},
		{" {{>p}}", "{\"a\":\"1\\n2\"}", "{\"p\":\"{{#a}}\\nx\\n{{/a}} y{{a}}\\n\"}", " x\n  y1\n2\n"},
		{"[{{>none}}]", "{}", "{}", "[]"},
		{"{ {a} } }}", "{}", "{}", "{ {a} } }}"},
		{"\xf0\x9f\xa7\xbe{{\xc3\xa9}}", "{\"\xc3\xa9\":\"\xc3\xa8\"}", "{}", "\xf0\x9f\xa7\xbe\xc3\xa8"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(Json) data = parse(CASES[i].data);
		g_autoptr(Json) partials = parse(CASES[i].partials);
		g_autofree char *result = render(CASES[i].template, data, partials, MUSTACHE_ESCAPE_HTML);
		g_assert_cmpstr(result, ==, CASES[i].expected);
	}
}

static void test_no_escape(void)
{
	g_autoptr(Json) data = parse("{\"a\":\"<&\\\"'>\"}");
	g_autofree char *result = render("{{a}}{{{a}}}{{&a}}", data, NULL, MUSTACHE_ESCAPE_NONE);
	g_assert_cmpstr(result, ==, "<&\"'><&\"'><&\"'>");
}

static void test_no_partials(void)
{
	g_autoptr(Mustache) template = mustache_compile("t", "a{{>p}}b{{c}}", NULL);
	g_autofree char *result = mustache_render(template, NULL, MUSTACHE_ESCAPE_NONE, NULL, NULL);
	g_assert_cmpstr(result, ==, "ab");
}

static void test_errors(void)
{
	static const struct {
		const char *template, *message;
	} CASES[] = {
		{"a\nb {{#items}}\n{{x}}", "t:2: section {{#items}} is not closed"},
		{"{{^items}}", "t:1: section {{^items}} is not closed"},
		{"\n\n{{a", "t:3: the tag that opens with \"{{\" is not closed by \"}}\""},
		{"{{{a}}", "t:1: the tag that opens with \"{{\" is not closed by \"}}}\""},
		{"{{!\n\n", "t:1: the tag that opens with \"{{\" is not closed by \"}}\""},
		{"{{", "t:1: the tag that opens with \"{{\" is not closed by \"}}\""},
		{"\n{{/a}}", "t:2: {{/a}} closes nothing"},
		{"{{#a}}\n{{#b}}\n{{/a}}\n{{/b}}", "t:3: {{/a}} where {{/b}} is wanted, for the section of line 2"},
		{"{{}}", "t:1: a tag without a name"},
		{"{{# }}", "t:1: a tag without a name"},
		{"{{{ }}}", "t:1: a tag without a name"},
		{"x\n{{#if a}}{{/if}}", "t:2: \"if a\" is not a name: it holds a blank"},
		{"{{>a\nb}}", "t:1: \"a b\" is not a name: it holds a blank"},
		{"{{a..b}}", "t:1: \"a..b\" is not a name: something is missing beside a dot"},
		{"{{#.a}}{{/.a}}", "t:1: \".a\" is not a name: something is missing beside a dot"},
		{"{{a.}}", "t:1: \"a.\" is not a name: something is missing beside a dot"},
		{"{{..}}", "t:1: \"..\" is not a name: something is missing beside a dot"},
		{"{{=<%=}}", "t:1: \"<%\" is not two delimiters"},
		{"{{==}}", "t:1: \"\" is not two delimiters"},
		{"{{=a b c=}}", "t:1: \"a b c\" is not two delimiters"},
		{"{{=<= =>=}}", "t:1: \"<= =>\" is not two delimiters"},
		{"{{=<% %>", "t:1: the tag that opens with \"{{\" is not closed by \"=}}\""},
		{"{{=<% %>=}}\n<%a", "t:2: the tag that opens with \"<%\" is not closed by \"%>\""},
		{"{{/\x1b[31m\xe2\x80\xae}}", "t:1: {{/[31m}} closes nothing"},
		{"a\n\xff", "t:2: not UTF-8"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(mustache_compile("t", CASES[i].template, &error));
		g_assert_true(g_error_matches(error, AKKOORD_ERROR, ERROR_CONFIG));
		g_assert_cmpstr(error->message, ==, CASES[i].message);
	}
}

static char *nested_sections(int depth)
{
	GString *text = g_string_new(NULL);
	for (int i = 0; i < depth; i++)
		g_string_append(text, "{{#l}}");
	g_string_append(text, "x");
	for (int i = 0; i < depth; i++)
		g_string_append(text, "{{/l}}");
	return g_string_free(text, FALSE);
}

static void test_depth(void)
{
	g_autofree char *deepest = nested_sections(64);
	g_autofree char *too_deep = nested_sections(65);
	g_autoptr(GError) error = NULL;
	g_autoptr(Json) data = parse("{\"l\":true}");
	g_autofree char *result = render(deepest, data, NULL, MUSTACHE_ESCAPE_NONE);
	g_assert_cmpstr(result, ==, "x");
	g_assert_null(mustache_compile("t", too_deep, &error));
	g_assert_cmpstr(error->message, ==, "t:1: sections nest deeper than 64");
}

static void test_recursive_partial(void)
{
	g_autoptr(Json) partials = parse("{\"p\":\"x{{>p}}\"}");
	g_autofree char *result = render("{{>p}}", NULL, partials, MUSTACHE_ESCAPE_NONE);
	g_assert_cmpuint(strlen(result), ==, 32);
}

static void assert_cut_off(const char *template, const char *data_text, const char *partial_texts)
{
	g_autoptr(Json) data = parse(data_text);
	g_autoptr(Json) partials = parse(partial_texts);
	g_test_expect_message(G_LOG_DOMAIN, G_LOG_LEVEL_WARNING, "template test: endless*");
	g_autofree char *result = render(template, data, partials, MUSTACHE_ESCAPE_NONE);
	g_test_assert_expected_messages();
	g_assert_cmpuint(strlen(result), <, 40 * 1024 * 1024);
}

/* Each of these would take longer, or more memory, than there is. */
static void test_endless(void)
{
	g_autofree char *nested = nested_sections(64);
	assert_cut_off("{{>p}}", "{}", "{\"p\":\"x{{>p}}{{>p}}\"}");
	assert_cut_off(nested, "{\"l\":[1,2,3,4,5,6,7,8,9,10]}", "{}");
	g_autofree char *blanks = g_strnfill(100000, ' ');
	g_autofree char *wide = g_strdup_printf("{\"p\":\"%s{{>p}}\\nx\\n%s{{>p}}\\n\"}", blanks, blanks);
	assert_cut_off("{{>p}}\n", "{}", wide);
}

/* Values stay values, also where a tag asks for no escaping. */
static void test_escapes(void)
{
	static const struct {
		MustacheEscape escape;
		const char *expected;
	} CASES[] = {
		{MUSTACHE_ESCAPE_NONE, "a\"b\\ & <{secret}>%\n\xc3\xa9\xf0\x9f\x92\xb6"},
		{MUSTACHE_ESCAPE_XML, "a&quot;b\\ &amp; &lt;{secret}&gt;%\n\xc3\xa9\xf0\x9f\x92\xb6"},
		{MUSTACHE_ESCAPE_JSON, "a\\\"b\\\\ & <{secret}>%\\u000a\xc3\xa9\xf0\x9f\x92\xb6"},
		{MUSTACHE_ESCAPE_URL, "a%22b%5C%20%26%20%3C%7Bsecret%7D%3E%25%0A%C3%A9%F0%9F%92%B6"},
		{MUSTACHE_ESCAPE_HEADER, "a\"b\\ & <%7Bsecret%7D>%25%0A%C3%A9%F0%9F%92%B6"},
	};
	g_autoptr(Json) data = js_object_new();
	js_object_set_string(data, "x", CASES[0].expected);
	g_autoptr(Mustache) template = mustache_compile("t", "{{x}}|{{{x}}}|{{&x}}", NULL);
	for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
		g_autofree char *expected = g_strdup_printf("%s|%s|%s", CASES[i].expected, CASES[i].expected, CASES[i].expected);
		g_autofree char *text = mustache_render(template, data, CASES[i].escape, NULL, NULL);
		g_assert_cmpstr(text, ==, expected);
	}
}

static void test_tags(void)
{
	static const MustacheTag EXPECTED[] = {
		{"a", 1, FALSE}, {"b.c", 1, FALSE}, {"a", 1, FALSE}, {".", 1, FALSE}, {"part", 2, TRUE}, {"items", 2, FALSE}, {"inner", 3, FALSE}, {"none", 4, FALSE}, {"deep", 4, FALSE},
	};
	g_autoptr(Mustache) template =
		mustache_compile("t", "{{a}}{{{b.c}}}{{&a}}{{.}}{{! no}}\nx{{>part}}{{#items}}\n{{inner}}{{/items}}\nx{{^none}}{{deep}}{{/none}}", NULL);
	g_autoptr(GArray) tags = mustache_tags(template);
	g_assert_cmpuint(tags->len, ==, G_N_ELEMENTS(EXPECTED));
	for (guint i = 0; i < tags->len; i++) {
		const MustacheTag *tag = &g_array_index(tags, MustacheTag, i);
		g_assert_cmpstr(tag->name, ==, EXPECTED[i].name);
		g_assert_cmpint(tag->line, ==, EXPECTED[i].line);
		g_assert_cmpint(tag->partial, ==, EXPECTED[i].partial);
	}
	g_assert_cmpstr(mustache_name(template), ==, "t");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/mustache/spec/interpolation", "interpolation", test_spec);
	g_test_add_data_func("/mustache/spec/sections", "sections", test_spec);
	g_test_add_data_func("/mustache/spec/inverted", "inverted", test_spec);
	g_test_add_data_func("/mustache/spec/comments", "comments", test_spec);
	g_test_add_data_func("/mustache/spec/partials", "partials", test_spec);
	g_test_add_data_func("/mustache/spec/delimiters", "delimiters", test_spec);
	g_test_add_func("/mustache/more", test_more);
	g_test_add_func("/mustache/no-escape", test_no_escape);
	g_test_add_func("/mustache/no-partials", test_no_partials);
	g_test_add_func("/mustache/errors", test_errors);
	g_test_add_func("/mustache/depth", test_depth);
	g_test_add_func("/mustache/recursive-partial", test_recursive_partial);
	g_test_add_func("/mustache/endless", test_endless);
	g_test_add_func("/mustache/escapes", test_escapes);
	g_test_add_func("/mustache/tags", test_tags);
	return g_test_run();
}
