/* Templates and words, loaded once and only read afterwards. Everything in the folders is compiled and checked at load: a wrong override stops the
 * start (or the reload), never a mail. */
#include "mail/templates.h"

#include "base/error.h"
#include "base/text.h"
#include "codec/mustache.h"
#include <string.h>

#define SUFFIX ".mustache"
#define COMMON "common"
#define WORDS "words.ini"
#define WORDS_GROUP "words"

struct Templates {
	GHashTable *compiled; /* "nl/lead.firm" -> Mustache */
	GHashTable *bases;    /* "lead": the first parts of the files' names: the installed ones, and such as "_own" */
	GHashTable *words;    /* "nl" -> Json object */
	const char *const *names;
	GPtrArray *problems; /* of char * */
};

static void free_template(gpointer template)
{
	mustache_free(template);
}

static void unref_words(gpointer words)
{
	js_unref(words);
}

void templates_free(Templates *templates)
{
	if (templates == NULL)
		return;
	g_hash_table_unref(templates->compiled);
	g_hash_table_unref(templates->bases);
	g_hash_table_unref(templates->words);
	g_ptr_array_unref(templates->problems);
	g_free(templates);
}

Json *templates_words(const Templates *templates, const Language *language)
{
	return g_hash_table_lookup(templates->words, language_code(language));
}

/* --- looking up --- */

typedef struct {
	const Templates *templates;
	const TemplateKey *key;
	GString *file; /* what is looked for: kept from one to the next */
} Lookup;

/* FOLDER/NAME.VARIANT.PART, of which the last two may be NULL. */
static const Mustache *find_file(const Lookup *lookup, const char *folder, const char *name, const char *variant, const char *part)
{
	const char *const words[] = {"/", name, variant != NULL ? "." : "", variant != NULL ? variant : "", part != NULL ? "." : "", part != NULL ? part : ""};
	g_string_assign(lookup->file, folder);
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		g_string_append(lookup->file, words[i]);
	return g_hash_table_lookup(lookup->templates->compiled, lookup->file->str);
}

static const Mustache *find(const char *name, gpointer user_data)
{
	const Lookup *lookup = user_data;
	const TemplateKey *key = lookup->key;
	const char *folders[] = {language_code(key->language), COMMON};
	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++)
		for (gsize j = 0; j < 4; j++) {
			const Mustache *found = find_file(lookup, folders[i], name, j < 2 ? key->variant : NULL, j % 2 == 0 ? key->part : NULL);
			if (found != NULL)
				return found;
		}
	return NULL;
}

char *templates_render(const Templates *templates, const TemplateKey *key, const char *name, const Json *data)
{
	g_autoptr(GString) file = g_string_new(NULL);
	Lookup lookup = {templates, key, file};
	const Mustache *template = find(name, &lookup);
	if (template == NULL)
		return g_strdup("");
	const gboolean html = strcmp(key->part, "html") == 0;
	return mustache_render(template, data, html ? MUSTACHE_ESCAPE_HTML : MUSTACHE_ESCAPE_NONE, find, &lookup);
}

/* --- loading templates --- */

/* Of a dotted name the first part counts, but "words.due" must be a word. */
static gboolean name_is_known(const Templates *templates, const char *name)
{
	if (g_str_has_prefix(name, WORDS_GROUP "."))
		return js_object_get(g_hash_table_lookup(templates->words, language_codes()[0]), name + strlen(WORDS_GROUP ".")) != NULL;
	g_autofree char *first = g_strndup(name, strcspn(name, "."));
	return strcmp(name, ".") == 0 || g_strv_contains(templates->names, first);
}

static gboolean check_names(const Templates *templates, const Mustache *template, GError **error)
{
	g_autoptr(GArray) asked = mustache_tags(template);
	for (guint i = 0; i < asked->len; i++) {
		const MustacheTag *tag = &g_array_index(asked, MustacheTag, i);
		if (tag->partial || name_is_known(templates, tag->name))
			continue;
		const char *nearest = text_nearest(tag->name, templates->names);
		error_set(error, ERROR_CONFIG, "%s:%d: unknown name %s%s%s", mustache_name(template), tag->line, tag->name, nearest != NULL ? ", did you mean " : "",
		          nearest != NULL ? nearest : "");
		return FALSE;
	}
	return TRUE;
}

static const char *const variants[] = {"new", "friendly", "firm", "escalation", "final", "inform", "moved", "done", "summary", "return", "notice", "question", "request", "update", "cancel", NULL};
static const char *const parts[] = {"txt", "html", NULL};

/* TRUE where the lookup can come to that file name (without its suffix). `base` gets its first part. */
static gboolean name_is_looked_up(const char *stem, char **base)
{
	g_auto(GStrv) words = g_strsplit(stem, ".", -1);
	const guint n = g_strv_length(words);
	*base = g_strdup(words[0]);
	if (n == 3)
		return g_strv_contains(variants, words[1]) && g_strv_contains(parts, words[2]);
	return n == 1 || (n == 2 && (g_strv_contains(variants, words[1]) || g_strv_contains(parts, words[1])));
}

static gboolean load_template(Templates *templates, const char *folder, const char *path, gboolean installed, GError **error)
{
	g_autofree char *file = g_path_get_basename(path);
	g_autofree char *stem = g_strndup(file, strlen(file) - strlen(SUFFIX));
	g_autofree char *base = NULL;
	if (!name_is_looked_up(stem, &base) || (!installed && base[0] != '_' && !g_hash_table_contains(templates->bases, base))) {
		error_set(error, ERROR_CONFIG, "%s:1: no template has that name", path);
		return FALSE;
	}
	g_autofree char *text = NULL;
	g_autoptr(GError) cause = NULL;
	if (!g_file_get_contents(path, &text, NULL, &cause)) {
		error_set(error, ERROR_CONFIG, "%s", cause->message);
		return FALSE;
	}
	if (!g_utf8_validate(text, -1, NULL)) {
		error_set(error, ERROR_CONFIG, "%s:1: not UTF-8", path);
		return FALSE;
	}
	g_autoptr(Mustache) template = mustache_compile(path, text, error);
	if (template == NULL || !check_names(templates, template, error))
		return FALSE;
	g_hash_table_add(templates->bases, g_steal_pointer(&base));
	g_hash_table_replace(templates->compiled, g_strdup_printf("%s/%s", folder, stem), g_steal_pointer(&template));
	return TRUE;
}

static gint by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder, sorted, so that the first error is always the same; empty where there is no such folder. */
static GPtrArray *folder_names(const char *path)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
		g_ptr_array_add(names, g_strdup(name));
	g_ptr_array_sort(names, by_name);
	return names;
}

/* What is wrong is gathered, so that it is all said at once. Takes the error. */
static void note_problem(Templates *templates, GError *problem)
{
	g_ptr_array_add(templates->problems, g_strdup(problem->message));
	g_error_free(problem);
}

static void load_folder(Templates *templates, const char *root, const char *folder, gboolean installed)
{
	g_autofree char *path = g_build_filename(root, folder, NULL);
	g_autoptr(GPtrArray) names = folder_names(path);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *file = g_build_filename(path, names->pdata[i], NULL);
		GError *problem = NULL;
		if (g_str_has_suffix(names->pdata[i], SUFFIX) && !load_template(templates, folder, file, installed, &problem))
			note_problem(templates, problem);
	}
}

/* --- loading words --- */

/* The line on which a word stands. */
static guint line_of_word(const char *path, const char *word)
{
	g_autofree char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 1;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++)
		if (g_str_has_prefix(g_strchug(lines[i]), word) && strchr(" \t=", lines[i][strlen(word)]) != NULL)
			return i + 1;
	return 1;
}

static gboolean unknown_word(const Json *words, const char *path, const char *word, GError **error)
{
	if (words == NULL || js_object_get(words, word) != NULL)
		return FALSE;
	error_set(error, ERROR_CONFIG, "%s:%u: no such word: %s", path, line_of_word(path, word), word);
	return TRUE;
}

/* Adds the file's words to *words, which is made where there is none yet; then only words that it has may be given. */
static gboolean load_words(const char *path, Json **words, GError **error)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_autoptr(GError) cause = NULL;
	g_auto(GStrv) keys = NULL;
	if (g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &cause))
		keys = g_key_file_get_keys(file, WORDS_GROUP, NULL, &cause);
	if (keys == NULL) {
		error_set(error, ERROR_CONFIG, "%s: %s", path, cause->message);
		return FALSE;
	}
	g_autoptr(Json) made = *words == NULL ? js_object_new() : NULL;
	for (char **key = keys; *key != NULL; key++) {
		g_autofree char *value = g_key_file_get_string(file, WORDS_GROUP, *key, &cause);
		if (value == NULL) {
			error_set(error, ERROR_CONFIG, "%s: %s", path, cause->message);
			return FALSE;
		}
		if (unknown_word(*words, path, *key, error))
			return FALSE;
		js_object_set_line(made != NULL ? made : *words, *key, value);
	}
	if (made != NULL)
		*words = g_steal_pointer(&made);
	return TRUE;
}

typedef struct {
	const Json *words;
	const char *missing;
} WordCheck;

static void check_word(const char *key, Json *value, gpointer user_data)
{
	(void)value;
	WordCheck *check = user_data;
	if (js_object_get(check->words, key) == NULL)
		check->missing = key;
}

/* Every language has the words that the first has. */
static gboolean words_are_complete(const Templates *templates, const char *root, const char *code, GError **error)
{
	WordCheck check = {.words = g_hash_table_lookup(templates->words, code)};
	js_object_foreach(g_hash_table_lookup(templates->words, language_codes()[0]), check_word, &check);
	if (check.missing == NULL)
		return TRUE;
	error_set(error, ERROR_CONFIG, "%s/%s/%s: the word %s is missing", root, code, WORDS, check.missing);
	return FALSE;
}

/* --- templates in templates --- */

typedef struct {
	const Templates *templates;
	TemplateKey key;
	Lookup lookup;
	GPtrArray *within; /* of const Mustache: each called by the one before */
	GHashTable *seen;  /* of const Mustache: nothing below them leads back */
} Descent;

static gboolean descend(Descent *descent, const Mustache *template, GError **error);

static gboolean descend_by(Descent *descent, const Mustache *from, const MustacheTag *tag, GError **error)
{
	const Mustache *template = tag->partial ? find(tag->name, &descent->lookup) : NULL;
	if (template == NULL || g_hash_table_contains(descent->seen, template))
		return TRUE;
	if (!g_ptr_array_find(descent->within, template, NULL))
		return descend(descent, template, error);
	error_set(error, ERROR_CONFIG, "%s:%d: {{> %s}} leads back to where it comes from", mustache_name(from), tag->line, tag->name);
	return FALSE;
}

static gboolean descend(Descent *descent, const Mustache *template, GError **error)
{
	g_autoptr(GArray) tags = mustache_tags(template);
	g_ptr_array_add(descent->within, (gpointer)template);
	for (guint i = 0; i < tags->len; i++)
		if (!descend_by(descent, template, &g_array_index(tags, MustacheTag, i), error))
			return FALSE;
	g_ptr_array_set_size(descent->within, (int)descent->within->len - 1);
	g_hash_table_add(descent->seen, (gpointer)template);
	return TRUE;
}

/* Of one kind of mail. */
static gboolean check_endless_in(const Templates *templates, const char *code, const char *variant, const char *part, GError **error)
{
	g_autoptr(GString) file = g_string_new(NULL);
	g_autoptr(GPtrArray) within = g_ptr_array_new();
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	Descent descent = {templates, {language_find(code), variant, part}, {templates, NULL, file}, within, seen};
	GHashTableIter iter;
	gpointer base;
	descent.lookup.key = &descent.key;
	g_hash_table_iter_init(&iter, templates->bases);
	while (g_hash_table_iter_next(&iter, &base, NULL)) {
		const Mustache *template = find(base, &descent.lookup);
		if (template != NULL && !g_hash_table_contains(seen, template) && !descend(&descent, template, error))
			return FALSE;
	}
	return TRUE;
}

/* No data that there is would end it. */
static gboolean check_endless(const Templates *templates, GError **error)
{
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (gsize i = 0; variants[i] != NULL; i++)
			for (gsize j = 0; parts[j] != NULL; j++)
				if (!check_endless_in(templates, *code, variants[i], parts[j], error))
					return FALSE;
	return TRUE;
}

static gboolean check_partials(const Templates *templates, const Mustache *template, GError **error)
{
	g_autoptr(GArray) tags = mustache_tags(template);
	for (guint i = 0; i < tags->len; i++) {
		const MustacheTag *tag = &g_array_index(tags, MustacheTag, i);
		g_autofree char *base = g_strndup(tag->name, strcspn(tag->name, "."));
		if (!tag->partial || g_hash_table_contains(templates->bases, base))
			continue;
		error_set(error, ERROR_CONFIG, "%s:%d: {{> %s}}: no template has that name", mustache_name(template), tag->line, tag->name);
		return FALSE;
	}
	return TRUE;
}

/* Once all is loaded, since they may stand anywhere. */
static void check_whole(Templates *templates)
{
	g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(templates->compiled), (GCompareFunc)strcmp);
	GError *problem = NULL;
	for (const GList *key = keys; key != NULL; key = key->next)
		if (!check_partials(templates, g_hash_table_lookup(templates->compiled, key->data), &problem))
			note_problem(templates, g_steal_pointer(&problem));
	if (!check_endless(templates, &problem))
		note_problem(templates, problem);
}

/* --- all of it --- */

static gboolean load_installed(Templates *templates, const char *root, GError **error)
{
	const char *const *codes = language_codes();
	for (const char *const *code = codes; *code != NULL; code++) {
		g_autofree char *path = g_build_filename(root, *code, WORDS, NULL);
		Json *words = NULL;
		if (!load_words(path, &words, error))
			return FALSE;
		g_hash_table_insert(templates->words, g_strdup(*code), words);
		if (!words_are_complete(templates, root, *code, error))
			return FALSE;
	}
	for (const char *const *code = codes; *code != NULL; code++)
		load_folder(templates, root, *code, TRUE);
	load_folder(templates, root, COMMON, TRUE);
	return TRUE;
}

static void load_override(Templates *templates, const char *root, const char *folder)
{
	Json *words = g_hash_table_lookup(templates->words, folder);
	g_autofree char *path = g_build_filename(root, folder, NULL);
	g_autofree char *file = g_build_filename(path, WORDS, NULL);
	GError *problem = NULL;
	if (!g_file_test(path, G_FILE_TEST_IS_DIR))
		return;
	if (words == NULL && strcmp(folder, COMMON) != 0) {
		error_set(&problem, ERROR_CONFIG, "%s:1: not a language that there are templates for", path);
		note_problem(templates, problem);
		return;
	}
	if (words != NULL && g_file_test(file, G_FILE_TEST_EXISTS) && !load_words(file, &words, &problem))
		note_problem(templates, problem);
	load_folder(templates, root, folder, FALSE);
}

static gboolean load_overrides(Templates *templates, const char *root, GError **error)
{
	if (!g_file_test(root, G_FILE_TEST_IS_DIR)) {
		error_set(error, ERROR_CONFIG, "templates %s: no such folder", root);
		return FALSE;
	}
	g_autoptr(GPtrArray) folders = folder_names(root);
	for (guint i = 0; i < folders->len; i++)
		load_override(templates, root, folders->pdata[i]);
	check_whole(templates);
	return TRUE;
}

static gboolean is_right(const Templates *templates, GError **error)
{
	if (templates->problems->len == 0)
		return TRUE;
	g_autoptr(GPtrArray) lines = g_ptr_array_new();
	for (guint i = 0; i < templates->problems->len; i++)
		g_ptr_array_add(lines, templates->problems->pdata[i]);
	g_ptr_array_add(lines, NULL);
	g_autofree char *all = g_strjoinv("\n", (char **)lines->pdata);
	error_set(error, ERROR_CONFIG, "%s", all);
	return FALSE;
}

Templates *templates_new(const char *root, const char *override, const char *const *names, GError **error)
{
	g_autoptr(Templates) templates = g_new0(Templates, 1);
	templates->compiled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_template);
	templates->bases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	templates->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_words);
	templates->problems = g_ptr_array_new_with_free_func(g_free);
	templates->names = names;
	if (!load_installed(templates, root, error) || (override != NULL && !load_overrides(templates, override, error)) || !is_right(templates, error))
		return NULL;
	return g_steal_pointer(&templates);
}
