/* Which of the files in a PDF is the invoice. Its name says it first, since a supplier may embed other invoices beside it; that it is one, its content says. */
#include "intake/facturx.h"

#include <string.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "intake/read.h"
#include "intake/xml_invoice.h"

#define MAGIC "%PDF-"
#define MAGIC_WITHIN 1024u /* bytes */

#define NAMES_MAX 500u /* embedded files whose names are looked at */
#define FILES_MAX 16u /* of them, the likeliest, that are looked into */
#define LIST_MAX (64u * 1024)
#define CPU_MAX_S 5 /* of one run; an honest file takes some milliseconds */
#define TIMEOUT_S 60 /* on a machine that is busy */
#define SEARCH_MAX_S 30 /* no other run begins after */
#define MEMORY_MAX (512u * 1024 * 1024)

/* --- what is a PDF --- */

/* A tag, a JSON text or a byte order mark. */
static gboolean begins_another(const char *text, gsize length)
{
	gsize i = 0;

	while (i < length && g_ascii_isspace(text[i]))
		i++;
	return i < length && memchr("<{[\xEF\xFE\xFF", text[i], 6) != NULL;
}

gboolean facturx_is_pdf(const void *bytes, gsize length)
{
	const char *text = bytes;

	if (length >= strlen(MAGIC) && memcmp(text, MAGIC, strlen(MAGIC)) == 0)
		return TRUE;
	if (begins_another(text, length))
		return FALSE;
	for (gsize i = 1; i + strlen(MAGIC) < MIN(length, MAGIC_WITHIN); i++)
		if (memcmp(text + i, MAGIC, strlen(MAGIC)) == 0 && g_ascii_isdigit(text[i + strlen(MAGIC)]))
			return TRUE;
	return FALSE;
}

/* --- pdfdetach --- */

static const ChildTerms limits = {
	.timeout_s = TIMEOUT_S,
	.output_max = INTAKE_MAX_BYTES,
	.cpu_max_s = CPU_MAX_S,
	.memory_max = MEMORY_MAX,
	.no_files = TRUE,
};

typedef struct {
	guint number; /* pdfdetach's */
	char *name;   /* on one clean line */
	guint rank;   /* the lower, the likelier it is the invoice */
} Embedded;

static void embedded_clear(gpointer data)
{
	g_free(((Embedded *)data)->name);
}

typedef struct {
	const char *program;
	GBytes *pdf;
	GArray *files; /* of Embedded, the likeliest first */
	GBytes *xml;   /* the best so far; NULL: none */
	const Embedded *best;
	gboolean is_several;
	GBytes *other; /* XML that is no invoice, to be refused with what it is; NULL: none */
	const Embedded *other_file;
	GError *failure; /* of the likeliest that could not be printed */
	const Embedded *failed;
	gint64 ends_us;
} Search;

static void search_clear(Search *search)
{
	g_array_unref(search->files);
	g_clear_pointer(&search->xml, g_bytes_unref);
	g_clear_pointer(&search->other, g_bytes_unref);
	g_clear_error(&search->failure);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

/* What it says of the file comes after the colon behind its path. */
static const char *words_of(const GError *failure, const char *program)
{
	const char *message = failure->message;

	if (g_str_has_prefix(message, program) && strlen(message) > strlen(program) + 2)
		message += strlen(program) + 2;
	return g_str_has_prefix(message, "exit code 1: ") ? message + strlen("exit code 1: ") : message;
}

static void refuse(const Search *search, const GError *failure, GError **error)
{
	if (error_kind(failure) != ERROR_INVALID)
		error_set(error, ERROR_UNAVAILABLE, "a PDF file, which could not be looked into: %s", failure->message);
	else if (strstr(failure->message, "Incorrect password") != NULL)
		error_set(error, ERROR_INVALID, "a PDF file that is locked with a password");
	else
		error_set(error, ERROR_INVALID, "a PDF file that cannot be read: %s", words_of(failure, search->program));
}

static char *list_files(const Search *search, char **said, GError **error)
{
	const char *const argv[] = {search->program, "-list", "-enc", "UTF-8", "/dev/stdin", NULL};
	ChildTerms terms = limits;

	terms.output_max = LIST_MAX;
	terms.input = search->pdf;
	return child_run_within(argv, &terms, NULL, said, error);
}

static GBytes *print_file(const Search *search, guint number, GError **error)
{
	g_autofree char *which = g_strdup_printf("%u", number);
	const char *const argv[] = {search->program, "-save", which, "-o", "/dev/stdout", "/dev/stdin", NULL};
	ChildTerms terms = limits;
	gsize length;

	terms.input = search->pdf;
	char *printed = child_run_within(argv, &terms, &length, NULL, error);
	return printed != NULL ? g_bytes_new_take(printed, length) : NULL;
}

/* --- names --- */

static const char *const standard_names[] = {"factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml"};

static guint rank_of(const char *name)
{
	const char *base = name;

	for (const char *at = name; *at != '\0'; at++)
		if (*at == '/' || *at == '\\')
			base = at + 1;
	g_autofree char *lower = g_ascii_strdown(base, -1);
	for (guint i = 0; i < G_N_ELEMENTS(standard_names); i++)
		if (strcmp(lower, standard_names[i]) == 0)
			return i;
	return (guint)G_N_ELEMENTS(standard_names) + (g_str_has_suffix(lower, ".xml") ? 0 : 1);
}

static gint compare_files(gconstpointer a, gconstpointer b)
{
	const Embedded *one = a, *other = b;

	return one->rank != other->rank ? (gint)one->rank - (gint)other->rank : (gint)one->number - (gint)other->number;
}

/* Of "2 embedded files", "1: NAME", "2: NAME", each on a line; a name may hold line breaks, so that it could pretend that another has another name: that
 * changes only which of them is looked at first. */
static void take_names(Search *search, const char *list)
{
	g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
	const guint64 count = g_ascii_strtoull(lines[0] != NULL ? lines[0] : "", NULL, 10);

	for (guint i = 1; i <= MIN(count, NAMES_MAX); i++) {
		g_autofree char *start = g_strdup_printf("%u: ", i);
		Embedded file = {.number = i};
		for (char **line = lines + 1; lines[0] != NULL && *line != NULL && file.name == NULL; line++)
			if (g_str_has_prefix(*line, start))
				file.name = text_clean_line(*line + strlen(start));
		if (file.name == NULL)
			file.name = g_strdup("");
		file.rank = rank_of(file.name);
		g_array_append_val(search->files, file);
	}
	g_array_sort(search->files, compare_files);
}

static gboolean is_standard(const Embedded *file)
{
	return file != NULL && file->rank < G_N_ELEMENTS(standard_names);
}

/* --- the choice --- */

static void take_best(Search *search, const Embedded *file, GBytes *xml)
{
	if (search->xml == NULL) {
		search->xml = g_bytes_ref(xml);
		search->best = file;
	} else if (!g_bytes_equal(search->xml, xml)) {
		search->is_several = TRUE;
	}
}

/* Under a standard's name also what is hardly XML counts: it is refused with what is wrong in it, rather than passed over. */
static void consider(Search *search, const Embedded *file, GBytes *bytes)
{
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);
	const char *syntax = xml_invoice_syntax(data, length);

	if (syntax != NULL ? *syntax != '\0' : is_standard(file)) {
		take_best(search, file, bytes);
	} else if (syntax != NULL && search->other == NULL) {
		search->other = g_bytes_ref(bytes);
		search->other_file = file;
	}
}

/* What failed for want of something of ours says nothing of the file, and no other would do better. */
static gboolean is_ours(const Search *search)
{
	return search->failure != NULL && error_kind(search->failure) != ERROR_INVALID;
}

static gboolean is_settled(const Search *search, const Embedded *next)
{
	const gboolean has_standard = is_standard(search->best) && search->best->rank < next->rank;

	return has_standard || is_ours(search) || is_standard(search->failed) || clock_monotonic_us() > search->ends_us;
}

static void look_at(Search *search, const Embedded *file)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) bytes = print_file(search, file->number, &failure);

	if (bytes != NULL) {
		consider(search, file, bytes);
		return;
	}
	if (search->failure != NULL && error_kind(failure) == ERROR_INVALID)
		return;
	g_clear_error(&search->failure);
	search->failure = g_steal_pointer(&failure);
	search->failed = file;
}

static char *names_of(const Search *search)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < search->files->len; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", g_array_index(search->files, Embedded, i).name);
	return g_utf8_substring(names->str, 0, MIN(g_utf8_strlen(names->str, -1), 200));
}

static void refuse_choice(const Search *search, GError **error)
{
	g_autofree char *names = names_of(search);

	if (search->is_several)
		error_set(error, ERROR_INVALID, "a PDF file with several invoices in it (%s): which of them it is cannot be told", names);
	else if (search->failure != NULL)
		refuse(search, search->failure, error);
	else
		error_set(error, ERROR_INVALID, "a PDF file whose embedded files (%s) are no invoice", names);
}

static GBytes *choose(Search *search, char **name, GError **error)
{
	for (guint i = 0; i < MIN(search->files->len, FILES_MAX); i++) {
		const Embedded *file = &g_array_index(search->files, Embedded, i);
		if (is_settled(search, file))
			break;
		look_at(search, file);
	}
	GBytes *xml = search->xml != NULL ? search->xml : search->other;
	if (xml == NULL || search->is_several || is_ours(search) || (is_standard(search->failed) && !is_standard(search->best))) {
		refuse_choice(search, error);
		return NULL;
	}
	*name = g_strdup((xml == search->xml ? search->best : search->other_file)->name);
	return g_bytes_ref(xml);
}

static gboolean is_encrypted(GBytes *pdf)
{
	gsize length;
	const char *bytes = g_bytes_get_data(pdf, &length);

	return memmem(bytes, length, "/Encrypt", strlen("/Encrypt")) != NULL;
}

GBytes *facturx_xml(const char *program, GBytes *pdf, char **name, GError **error)
{
	g_auto(Search) search = {.program = program, .pdf = pdf, .files = g_array_new(FALSE, TRUE, sizeof(Embedded)), .ends_us = clock_monotonic_us() + SEARCH_MAX_S * G_USEC_PER_SEC};
	g_autoptr(GError) failure = NULL;
	g_autofree char *said = NULL;

	g_array_set_clear_func(search.files, embedded_clear);
	g_autofree char *list = list_files(&search, &said, &failure);
	if (list == NULL) {
		refuse(&search, failure, error);
		return NULL;
	}
	take_names(&search, list);
	if (search.files->len > 0)
		return choose(&search, name, error);
	error_set(error, ERROR_INVALID, "a PDF file without an e-invoice in it (Factur-X, ZUGFeRD)%s%s%s", is_encrypted(pdf) ? "; it is encrypted" : "",
	          said != NULL ? "; it is damaged: " : "", said != NULL ? said : "");
	return NULL;
}
