/* A list with a table over it, by all but whom it is about. */
#include "check/findings.h"

#include "base/text.h"

typedef struct {
	gboolean is_error;
	char *file;
	guint line;
	char *setting, *found, *text;
	GPtrArray *about; /* of char * */
	GHashTable *said; /* the same, borrowed */
} Finding;

struct Findings {
	GPtrArray *list; /* of Finding, owned */
	GHashTable *by_key;
};

static void finding_free(gpointer data)
{
	Finding *finding = data;
	g_free(finding->file);
	g_free(finding->setting);
	g_free(finding->found);
	g_free(finding->text);
	g_hash_table_unref(finding->said);
	g_ptr_array_unref(finding->about);
	g_free(finding);
}

Findings *findings_new(void)
{
	Findings *findings = g_new0(Findings, 1);
	findings->list = g_ptr_array_new_with_free_func(finding_free);
	findings->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return findings;
}

void findings_free(Findings *findings)
{
	if (!findings)
		return;
	g_hash_table_unref(findings->by_key);
	g_ptr_array_unref(findings->list);
	g_free(findings);
}

static Finding *finding_new(gboolean is_error, const FindingPlace *place, const char *found, const char *text)
{
	Finding *finding = g_new0(Finding, 1);
	finding->is_error = is_error;
	finding->file = g_strdup(place->file);
	finding->line = place->line;
	finding->setting = g_strdup(place->setting);
	finding->found = g_strdup(found);
	finding->text = g_strdup(text);
	finding->about = g_ptr_array_new_with_free_func(g_free);
	finding->said = g_hash_table_new(g_str_hash, g_str_equal);
	return finding;
}

void findings_add(Findings *findings, gboolean is_error, const FindingPlace *place, const char *found, const char *text, const char *about)
{
	g_autofree char *key = g_strdup_printf("%s\n%u\n%s\n%s\n%s", place->file, place->line, place->setting ? place->setting : "", found ? found : "", text);
	Finding *finding = g_hash_table_lookup(findings->by_key, key);
	if (!finding) {
		finding = finding_new(is_error, place, found, text);
		g_ptr_array_add(findings->list, finding);
		g_hash_table_insert(findings->by_key, g_steal_pointer(&key), finding);
	}
	finding->is_error |= is_error;
	if (!about || g_hash_table_contains(finding->said, about))
		return;
	g_ptr_array_add(finding->about, g_strdup(about));
	g_hash_table_add(finding->said, finding->about->pdata[finding->about->len - 1]);
}

static gint compare_texts(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(const char *const *)a, *(const char *const *)b);
}

/* Names out of invoices and directories end on a terminal. */
static char *text_of(const Finding *finding)
{
	g_ptr_array_sort(finding->about, compare_texts);
	g_autoptr(GString) about = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(finding->text);
	for (guint i = 0; i < finding->about->len; i++)
		g_string_append_printf(about, "%s%s", i ? ", " : "", (const char *)finding->about->pdata[i]);
	g_string_replace(text, "%s", about->str, 1);
	return text_clean_line(text->str);
}

void findings_report(const Findings *findings, Problems *problems)
{
	for (guint i = 0; i < findings->list->len; i++) {
		const Finding *finding = findings->list->pdata[i];
		g_autofree char *text = text_of(finding);
		problems_add(problems, finding->is_error, finding->file, finding->line, finding->setting, finding->found, "%s", text);
	}
}

guint findings_error_count(const Findings *findings)
{
	guint count = 0;
	for (guint i = 0; i < findings->list->len; i++)
		count += ((const Finding *)findings->list->pdata[i])->is_error != 0;
	return count;
}
