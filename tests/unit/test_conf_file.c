/* Configuration text: the tree that comes of it, what is refused and on which line, and libconfig 1.5's traps. */
#include "config/file.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>

static ConfNode *parse(const char *text, Problems *problems)
{
	return conf_parse(text, strlen(text), "x.conf", problems);
}

static ConfNode *parse_well(const char *text)
{
	g_autoptr(Problems) problems = problems_new();
	ConfNode *root = parse(text, problems);
	if (!root) {
		g_autofree char *problem = problem_format(problems_get(problems, 0));
		g_error("%s: %s", text, problem);
	}
	g_assert_cmpuint(problems_count(problems), ==, 0);
	return root;
}

static void test_tree(void)
{
	g_autoptr(ConfNode) root = parse_well("# first\n"
	                                      "a = \"one\";\n"
	                                      "b = { c = 5; d = ( { e = true; }, { e = false; f = [ 1, 2 ]; } ); };\n"
	                                      "g : 1.50 /* a\ncomment */ h = [];\n");
	g_assert_cmpint(root->type, ==, CONF_GROUP);
	g_assert_cmpstr(root->path, ==, "");
	g_assert_cmpuint(root->line, ==, 0);
	const ConfNode *a = conf_get(root, "a");
	g_assert_cmpint(a->type, ==, CONF_TEXT);
	g_assert_cmpstr(a->text, ==, "one");
	g_assert_cmpuint(a->line, ==, 2);
	const ConfNode *d = conf_get(conf_get(root, "b"), "d");
	g_assert_cmpint(d->type, ==, CONF_LIST);
	g_assert_cmpuint(conf_length(d), ==, 2);
	g_assert_true(conf_get(conf_at(d, 0), "e")->boolean);
	g_assert_false(conf_get(conf_at(d, 1), "e")->boolean);
	const ConfNode *f = conf_get(conf_at(d, 1), "f");
	g_assert_cmpstr(conf_at(f, 1)->path, ==, "b.d[1].f[1]");
	g_assert_cmpint(conf_at(f, 1)->integer, ==, 2);
	g_assert_cmpuint(conf_at(f, 1)->line, ==, 3);
	const ConfNode *g = conf_get(root, "g");
	g_assert_cmpint(g->type, ==, CONF_FLOAT);
	g_assert_cmpstr(g->text, ==, "1.50");
	const ConfNode *h = conf_get(root, "h");
	g_assert_cmpuint(h->line, ==, 5);
	g_assert_cmpuint(conf_length(h), ==, 0);
	g_assert_cmpuint(conf_length(NULL), ==, 0);
	g_assert_null(conf_get(root, "i"));
	g_assert_null(conf_get(NULL, "a"));
	g_assert_null(conf_get(a, "a"));
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		gint64 value;
	} cases[] = {
		{"0", 0},
		{"6", 6},
		{"+6", 6},
		{"-6", -6},
		{"010", 10},
		{"0x10", 16},
		{"0XfF", 255},
		{"7L", 7},
		{"7LL", 7},
		{"0x7L", 7},
		{"2147483647", G_MAXINT32},
		{"2147483648", G_GINT64_CONSTANT(2147483648)},
		{"3000000000", G_GINT64_CONSTANT(3000000000)},
		{"-3000000000", -G_GINT64_CONSTANT(3000000000)},
		{"0xFFFFFFFF", G_GINT64_CONSTANT(0xFFFFFFFF)},
		{"9223372036854775807", G_MAXINT64},
		{"9223372036854775807L", G_MAXINT64},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup_printf("before = [ 1.5, .5 ]; x = %s; after = 4;", cases[i].text);
		g_autoptr(ConfNode) root = parse_well(text);
		const ConfNode *x = conf_get(root, "x");
		g_assert_cmpint(x->type, ==, CONF_INTEGER);
		g_assert_cmpint(x->integer, ==, cases[i].value);
		g_assert_cmpstr(x->text, ==, cases[i].text);
		g_assert_cmpint(conf_get(root, "after")->integer, ==, 4);
	}
}

static void test_taken(void)
{
	static const char *const texts[] = {
		"",
		"\n",
		"# only a comment",
		"// also",
		"/* and this */",
		"\xEF\xBB\xBFx = 1;",
		"a = 1;\r\nb = 2;\r\n",
		"a = 1 b = 2",
		"a = { b = 1, c = 2 };",
		"a = \"@include (not) { one\"; # { \"",
		"a = \"x\\\"y\\\\\"; b = 1;",
		"a = \"ldap://x\"; b = ( );",
		"a5b-6 = 1; c*d = 2;",
		"a = ( 1, \"two\", ( 3 ) );",
		"a = 1; /* @include \"x\" */",
	};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(ConfNode) root = parse_well(texts[i]);
		g_assert_nonnull(root);
	}
}

static void test_refused(void)
{
	static const struct {
		const char *text;
		guint line;
		const char *part; /* of the finding */
	} cases[] = {
		{"a = 1;\nb = ;\n", 2, "found \"b = ;\", wanted settings of the form name = value;"},
		{"a = 5bd;", 1, "wanted"},
		{"a = yes;", 1, "wanted settings of the form"},
		{"a = 1;\n\na = 2;", 3, "found \"a = 2;\", wanted each name once"},
		{"a = {\n b = 1;\n b = 2; };", 3, "wanted each name once"},
		{"a = [ 1,\n \"b\" ];", 2, "wanted values of one type inside [ ]"},
		{"a = 99999999999999999999;", 1, "a: found \"99999999999999999999\", wanted a number that fits 64 bits"},
		{"\na = { b = ( 0xFFFFFFFFFFFFFFFFFF ) };", 2,
	         "a.b[0]: found \"0xFFFFFFFFFFFFFFFFFF\", wanted a number that fits 64 bits"},
		{"a = 1.;\nb = .;\nc = 5;", 3, "wanted a number"},
		{"a = 1;\n@include \"b.conf\"\n", 2, "found \"@include\", wanted everything in one file"},
		{"  @include \"/etc/passwd\"", 1, "wanted everything in one file"},
		{"a = \"one\nb = \"two\";", 1, "found \"\"one\", wanted a closing double quote on the same line"},
		{"a = 1;\nb = \"two", 2, "wanted a closing double quote"},
		{"a = \"x\\", 1, "wanted a closing double quote"},
		{"a = \"x\\\ny\";", 1, "wanted a closing double quote"},
		{"a = 1; /* never\nclosed", 1, "wanted a */ that ends the comment"},
		{"a = {\n b = (\n 1 };", 3, "found \"}\", wanted a ) first, to close the ( of line 2"},
		{"a = (\n{ b = 1;\n", 2, "wanted a } that closes the { opened here"},
		{"a\n\"b\";", 2, "found \"\"b\";\", wanted the name of a setting and = before a text"},
		{"\"b\" = 1;", 1, "wanted the name of a setting and ="},
		{"a = { b = 1, \"c\" };", 1, "wanted the name of a setting and ="},
		{"a = 1, \"c\";", 1, "wanted the name of a setting and ="},
		{"a = ( 1 \"c\" );", 1, "or a comma before it in a list"},
		{"a = true \"c\";", 1, "wanted the name of a setting and ="},
		{"a = 1; }", 1, "found \"}\", wanted no closing bracket here"},
		{"a = ( 1,\n2,\n);", 3, "found \",\", wanted no comma before the closing bracket"},
		{"a = [ 1, ];", 1, "wanted no comma before the closing bracket"},
		{"a = \"\\x01\";", 1, "a: found \"\", wanted UTF-8 without control characters"},
		{"a = \"\\xff\";", 1, "wanted UTF-8 without control characters"},
		{"a = \"\xff\";", 1, "wanted text in UTF-8"},
		{"a = 1;\n\n\xc3(", 3, "wanted text in UTF-8"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Problems) problems = problems_new();
		g_assert_null(parse(cases[i].text, problems));
		g_assert_cmpuint(problems_count(problems), ==, 1);
		const Problem *problem = problems_get(problems, 0);
		g_autofree char *text = problem_format(problem);
		if (!strstr(text, cases[i].part))
			g_error("%s: %s", cases[i].text, text);
		g_assert_cmpuint(problem->line, ==, cases[i].line);
		g_assert_true(problem->is_error);
	}
}

static void test_nul_and_size(void)
{
	g_autoptr(Problems) problems = problems_new();
	g_assert_null(conf_parse("a = 1;\n\0b = {", 13, "x.conf", problems));
	g_assert_cmpuint(problems_get(problems, 0)->line, ==, 2);
	g_autofree char *large = g_strnfill(CONF_SIZE_MAX + 1, '\n');
	g_assert_null(conf_parse(large, CONF_SIZE_MAX + 1, "x.conf", problems));
	g_autofree char *deep = g_strnfill(100000, '(');
	memcpy(deep, "a = ", 4);
	g_assert_null(conf_parse(deep, 100000, "x.conf", problems));
	g_assert_null(parse("a = ((((((((((((((((((((((((((((((((( 1 )))))))))))))))))))))))))))))))));", problems));
	g_autoptr(ConfNode) nested = parse("a = (((((((((((((((((((((((((((((((( 1 ))))))))))))))))))))))))))))))));", problems);
	g_assert_nonnull(nested);
	g_assert_cmpuint(problems_count(problems), ==, 4);
}

/* The line is right also where libconfig counted in 16 bits. */
static void test_far_down(void)
{
	g_autofree char *blank = g_strnfill(100000, '\n');
	g_autofree char *text = g_strconcat(blank, "a = 1; b = ;", NULL);
	g_autoptr(Problems) problems = problems_new();
	g_assert_null(parse(text, problems));
	g_assert_cmpuint(problems_get(problems, 0)->line, ==, 100001);
}

static void test_several_at_once(void)
{
	g_autoptr(Problems) problems = problems_new();
	g_assert_null(parse("a = 99999999999999999999;\nb = \"\\x02\";\nc = [ 88888888888888888888L ];", problems));
	g_assert_cmpuint(problems_count(problems), ==, 3);
	g_assert_cmpstr(problems_get(problems, 2)->setting, ==, "c[0]");
}

static void test_reads_files(void)
{
	g_autofree char *folder = g_dir_make_tmp("akkoord-conf-XXXXXX", NULL);
	g_autofree char *file = g_build_filename(folder, "a", NULL);
	g_autofree char *missing = g_build_filename(folder, "b", NULL);
	g_autofree char *below = g_build_filename(file, "c", NULL);
	g_assert_true(g_file_set_contents(file, "1234567890", -1, NULL));
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = conf_read_bytes(file, 10, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(g_bytes_get_size(bytes), ==, 10);
	const struct {
		const char *path;
		gsize size_max;
		ErrorKind kind;
	} cases[] = {
		{file, 9, ERROR_INVALID},     {missing, 100, ERROR_NOT_FOUND},   {below, 100, ERROR_NOT_FOUND},
		{folder, 100, ERROR_INVALID}, {"/dev/null", 100, ERROR_INVALID}, {"", 100, ERROR_NOT_FOUND},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) failure = NULL;
		g_assert_null(conf_read_bytes(cases[i].path, cases[i].size_max, &failure));
		g_assert_error(failure, AKKOORD_ERROR, (int)cases[i].kind);
		g_assert_true(g_str_has_prefix(failure->message, cases[i].path));
	}
	g_unlink(file);
	g_rmdir(folder);
}

static void test_problems_in_order(void)
{
	g_autoptr(Problems) problems = problems_new();
	problems_add(problems, TRUE, "b.conf", 2, "x", NULL, "second");
	problems_add(problems, FALSE, "b.conf", 1, NULL, "a\tb\x1b[31m", "first %d", 1);
	problems_add(problems, TRUE, "b.conf", 2, "", NULL, "third");
	g_autofree char *long_value = g_strnfill(500, 'x');
	g_assert_cmpuint(problems_error_count(problems), ==, 2);
	problems_add(problems, FALSE, "a.conf", 0, NULL, long_value, "zeroth");
	static const char *const wanted[] = {
		"b.conf:1: warning: found \"a b[31m\", wanted first 1",
		"b.conf:2: x: wanted second",
		"b.conf:2: wanted third",
	};
	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
		g_autofree char *text = problem_format(problems_get(problems, i + 1));
		g_assert_cmpstr(text, ==, wanted[i]);
	}
	g_autofree char *first = problem_format(problems_get(problems, 0));
	g_assert_true(g_str_has_prefix(first, "a.conf: warning: found \"xxx"));
	g_assert_true(g_str_has_suffix(first, "xxx…\", wanted zeroth"));
	g_assert_cmpuint(strlen(first), <, 200);
	problems_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/conf-file/tree", test_tree);
	g_test_add_func("/conf-file/numbers", test_numbers);
	g_test_add_func("/conf-file/taken", test_taken);
	g_test_add_func("/conf-file/refused", test_refused);
	g_test_add_func("/conf-file/nul-and-size", test_nul_and_size);
	g_test_add_func("/conf-file/far-down", test_far_down);
	g_test_add_func("/conf-file/several-at-once", test_several_at_once);
	g_test_add_func("/conf-file/reads-files", test_reads_files);
	g_test_add_func("/conf-file/problems", test_problems_in_order);
	return g_test_run();
}
