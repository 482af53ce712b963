/* The installed templates are whole in every language and variant; overrides of every width; every mistake in one is named by file and line. */
#include "base/error.h"
#include "mail/context.h"
#include "mail/templates.h"
#include <glib/gstdio.h>
#include <string.h>

static const char *const variants[] = {"new", "friendly", "firm", "escalation", "final", "inform", "moved", "return", "notice", "request", "cancel"};

static char *installed(void)
{
	const char *source = g_getenv("AKKOORD_SRCDIR");
	return g_build_filename(source != NULL ? source : ".", "etc", "templates", NULL);
}

typedef struct {
	char *root;     /* installed */
	char *override; /* empty at first */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->root = installed();
	fixture->override = g_dir_make_tmp("templates-XXXXXX", NULL);
}

static void remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		remove_all(child);
	}
	g_remove(path);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	remove_all(fixture->override);
	g_free(fixture->root);
	g_free(fixture->override);
}

static void put(const char *root, const char *path, const char *text)
{
	g_autofree char *file = g_build_filename(root, path, NULL);
	g_autofree char *folder = g_path_get_dirname(file);
	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static Templates *load(const Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	Templates *templates = templates_new(fixture->root, fixture->override, context_names(), &error);
	g_assert_no_error(error);
	return templates;
}

static char *rendered(const Templates *templates, const char *code, const char *variant, const char *part, const char *name)
{
	g_autoptr(Json) data = js_object_new();
	js_object_set_string(data, "supplier", "A & B <x>");
	js_object_set_string(data, "count", "3 invoices");
	js_object_set_string(data, "inform_count", "3 invoices");
	js_object_set(data, "words", js_ref(templates_words(templates, language_find(code))));
	Json *single = js_object_new();
	js_object_set_string(single, "number", "7");
	js_object_set(data, "single", single);
	const TemplateKey key = {language_find(code), variant, part};
	return templates_render(templates, &key, name, data);
}

static void test_complete(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const char *const names[] = {"headline", "lead", "greeting", "why", "how", "close", "summary", "subject", "message"};
	g_autoptr(Templates) templates = load(fixture);
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (gsize i = 0; i < G_N_ELEMENTS(variants); i++)
			for (gsize j = 0; j < G_N_ELEMENTS(names); j++) {
				g_autofree char *text = rendered(templates, *code, variants[i], "txt", names[j]);
				g_test_message("%s %s %s", *code, variants[i], names[j]);
				g_strstrip(text);
				g_assert_cmpuint(strlen(text), >, 3);
				g_assert_null(strstr(text, "{{"));
			}
}

/* A tone says its own thing in every language, and no language says another's. */
static void test_distinct(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(Templates) templates = load(fixture);
	g_autoptr(GHashTable) leads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (gsize i = 0; i < G_N_ELEMENTS(variants); i++)
			g_assert_true(g_hash_table_add(leads, rendered(templates, *code, variants[i], "txt", "lead")));
}

static void test_escaping(Fixture *fixture, gconstpointer data)
{
	(void)data;
	put(fixture->override, "common/headline.mustache", "{{supplier}}");
	put(fixture->override, "en/headline.new.mustache", "{{supplier}}!");
	g_autoptr(Templates) templates = load(fixture);
	g_autofree char *text = rendered(templates, "en", "new", "txt", "headline");
	g_autofree char *html = rendered(templates, "en", "new", "html", "headline");
	g_assert_cmpstr(text, ==, "A & B <x>!");
	g_assert_cmpstr(html, ==, "A &amp; B &lt;x&gt;!");
}

/* In each folder the most specific name, the language before common. */
static void test_lookup(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *file, *expected; /* after it was added: nl, firm, html */
	} steps[] = {
		{"common/_note.mustache", "common/_note"},
		{"common/_note.html.mustache", "common/_note.html"},
		{"common/_note.firm.mustache", "common/_note.firm"},
		{"common/_note.firm.html.mustache", "common/_note.firm.html"},
		{"nl/_note.mustache", "nl/_note"},
		{"nl/_note.txt.mustache", "nl/_note"},
		{"nl/_note.html.mustache", "nl/_note.html"},
		{"nl/_note.final.mustache", "nl/_note.html"},
		{"nl/_note.firm.mustache", "nl/_note.firm"},
		{"nl/_note.firm.html.mustache", "nl/_note.firm.html"},
		{"de/_note.firm.html.mustache", "nl/_note.firm.html"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autofree char *stem = g_strndup(steps[i].file, strlen(steps[i].file) - strlen(".mustache"));
		put(fixture->override, steps[i].file, stem);
		g_autoptr(Templates) templates = load(fixture);
		g_autofree char *text = rendered(templates, "nl", "firm", "html", "_note");
		g_assert_cmpstr(text, ==, steps[i].expected);
	}
	g_autoptr(Templates) templates = load(fixture);
	g_autofree char *none = rendered(templates, "nl", "firm", "html", "nowhere");
	g_assert_cmpstr(none, ==, "");
}

/* One file changed, the rest stays; a partial that the override names goes the same way. */
static void test_one_by_one(Fixture *fixture, gconstpointer data)
{
	(void)data;
	put(fixture->override, "nl/lead.firm.mustache", "Eigen tekst. {{> _own}}");
	put(fixture->override, "nl/_own.mustache", "{{words.amount}}");
	put(fixture->override, "nl/words.ini", "[words]\namount=Totaal\n");
	put(fixture->override, "nl/README", "not a template");
	g_autoptr(Templates) templates = load(fixture);
	g_autofree char *own = rendered(templates, "nl", "firm", "txt", "lead");
	g_autofree char *other = rendered(templates, "nl", "new", "txt", "lead");
	g_assert_cmpstr(own, ==, "Eigen tekst. Totaal");
	g_assert_null(strstr(other, "Eigen"));
	const Json *words = templates_words(templates, language_find("nl"));
	g_assert_cmpstr(js_object_get_string(words, "amount"), ==, "Totaal");
	g_assert_cmpstr(js_object_get_string(words, "due"), ==, "Vervaldatum");
}

static void test_mistakes(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *file, *text, *where, *what;
	} cases[] = {
		{"nl/lead.firm.mustache", "a\nb {{#one}}\n", "nl/lead.firm.mustache:2", "one"},
		{"nl/lead.firm.mustache", "a\n{{/one}}\n", "nl/lead.firm.mustache:2", "one"},
		{"nl/lead.firm.mustache", "a\n\n{{suplier}}\n", "nl/lead.firm.mustache:3", "did you mean supplier"},
		{"nl/lead.firm.mustache", "{{words.nosuch}}", "nl/lead.firm.mustache:1", "words.nosuch"},
		{"nl/lead.firm.mustache", "{{#decide}}\n{{number}}{{suplier}}{{/decide}}", "nl/lead.firm.mustache:2", "did you mean supplier"},
		{"nl/lead.firm.mustache", "a\n{{#decide}}\n{{> nosuch}}{{/decide}}", "nl/lead.firm.mustache:3", "no template has that name"},
		{"nl/lead.firm.mustache", "{{> _own}}", "nl/lead.firm.mustache:1", "no template has that name"},
		{"nl/lead.firm.mustache", "{{#decide}}{{> lead}}{{/decide}}", "nl/lead.firm.mustache:1", "leads back"},
		{"nl/close.mustache", "{{> message}}", "{{> ", "leads back"},
		{"common/_own.mustache", "x\n{{> _own}}", "common/_own.mustache:2", "leads back"},
		{"nl/lead.firm.mustache", "bad \xff", "nl/lead.firm.mustache:1", "UTF-8"},
		{"nl/leed.firm.mustache", "x", "nl/leed.firm.mustache:1", "no template has that name"},
		{"nl/lead.stern.mustache", "x", "nl/lead.stern.mustache:1", "no template has that name"},
		{"nl/lead.firm.pdf.mustache", "x", "nl/lead.firm.pdf.mustache:1", "no template has that name"},
		{"nl/lead.html.firm.mustache", "x", "nl/lead.html.firm.mustache:1", "no template has that name"},
		{"xx/lead.mustache", "x", "/xx:1", "not a language"},
		{"nl/words.ini", "[words]\namount=Totaal\namonut=Totaal\n", "nl/words.ini:3", "amonut"},
		{"nl/words.ini", "amount=Totaal\n", "nl/words.ini", ""},
		{"nl/words.ini", "[labels]\namount=Totaal\n", "nl/words.ini", ""},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		put(fixture->override, cases[i].file, cases[i].text);
		g_autoptr(GError) error = NULL;
		g_assert_null(templates_new(fixture->root, fixture->override, context_names(), &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
		g_test_message("%s", error->message);
		g_assert_nonnull(strstr(error->message, cases[i].where));
		g_assert_nonnull(strstr(error->message, cases[i].what));
		remove_all(fixture->override);
		g_assert_cmpint(g_mkdir(fixture->override, 0700), ==, 0);
	}
}

/* Whoever writes an override finds every name in the README. */
static void test_readme(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *path = g_build_filename(fixture->root, "README", NULL), *text = NULL;
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	for (const char *const *name = context_names(); *name != NULL; name++) {
		g_autofree char *word = g_strdup_printf("\\b%s\\b", *name);
		g_test_message("%s", *name);
		g_assert_true(g_regex_match_simple(word, text, 0, 0));
	}
}

static void test_folders(Fixture *fixture, gconstpointer data)
{
	(void)data;
	const char *const pairs[][2] = {{"/nonexistent", NULL}, {fixture->root, "/nonexistent"}, {fixture->override, NULL}};
	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(templates_new(pairs[i][0], pairs[i][1], context_names(), &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
	}
	/* a language of the installed ones lacks a word */
	for (const char *const *code = language_codes(); *code != NULL; code++) {
		g_autofree char *file = g_strdup_printf("%s/words.ini", *code);
		put(fixture->override, file, g_str_equal(*code, "es") ? "[words]\na=1\n" : "[words]\na=1\nb=2\n");
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(templates_new(fixture->override, NULL, context_names(), &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, "es/words.ini: the word b is missing"));
}

static void add(const char *path, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/templates/complete", test_complete);
	add("/templates/distinct", test_distinct);
	add("/templates/escaping", test_escaping);
	add("/templates/lookup", test_lookup);
	add("/templates/one_by_one", test_one_by_one);
	add("/templates/mistakes", test_mistakes);
	add("/templates/readme", test_readme);
	add("/templates/folders", test_folders);
	return g_test_run();
}
