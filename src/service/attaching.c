/* Documents are foreign: their bytes go as they came, under a name that is made here. One at a time is in memory beside those of the mail. */
#include "service/attaching.h"

#include "base/error.h"
#include "base/text.h"
#include "intake/original.h"

#include <string.h>

#define MEGABYTE (1024u * 1024)
#define PART_MAX 60 /* characters of the supplier's name, and of the number */

static void file_clear(gpointer data)
{
	MailFile *file = data;
	g_free(file->name);
	g_bytes_unref(file->bytes);
}

Attaching *attaching_new(const Policy *policy)
{
	Attaching *attaching = g_new0(Attaching, 1);
	attaching->policy = policy;
	attaching->files = g_array_new(FALSE, FALSE, sizeof(MailFile));
	g_array_set_clear_func(attaching->files, file_clear);
	attaching->shas = g_ptr_array_new_with_free_func(g_free);
	attaching->left = (gsize)policy->attach_max_mb * MEGABYTE;
	return attaching;
}

void attaching_free(Attaching *attaching)
{
	if (!attaching)
		return;
	g_array_unref(attaching->files);
	g_ptr_array_unref(attaching->shas);
	g_free(attaching);
}

/* --- names --- */

/* Letters, digits and little else: no path, no quote, nothing that turns the reading direction. */
static void append_part(GString *name, const char *text)
{
	g_autofree char *clean = text ? text_clean_line(text) : NULL;
	guint taken = 0;
	for (const char *at = clean; at && *at && taken < PART_MAX; at = g_utf8_next_char(at), taken++) {
		const gunichar letter = g_utf8_get_char(at);
		const gboolean fits = g_unichar_isalnum(letter) || (letter < 0x80 && strchr("-_.&+ ", (int)letter));
		g_string_append_unichar(name, fits ? letter : '-');
	}
}

char *attaching_name(const char *supplier, const char *number, const char *suffix)
{
	g_autoptr(GString) name = g_string_new(NULL);
	append_part(name, supplier);
	g_string_append_c(name, ' ');
	append_part(name, number);
	g_strstrip(name->str);
	const char *start = name->str + strspn(name->str, ". -_");
	g_autofree char *stem = g_strdup(*start ? start : "document");
	for (gsize end = strlen(stem); end && strchr(". ", stem[end - 1]); end--)
		stem[end - 1] = '\0';
	return g_strconcat(stem, suffix, NULL);
}

static gboolean is_taken(const Attaching *attaching, const char *name)
{
	for (guint i = 0; i < attaching->files->len; i++)
		if (!g_ascii_strcasecmp(g_array_index(attaching->files, MailFile, i).name, name))
			return TRUE;
	return FALSE;
}

static char *free_name(const Attaching *attaching, const MailItem *item, const char *suffix)
{
	char *name = attaching_name(item->supplier, item->number, suffix);
	for (guint i = 2; is_taken(attaching, name); i++) {
		g_autofree char *next = g_strdup_printf(" (%u)%s", i, suffix);
		g_free(name);
		name = attaching_name(item->supplier, item->number, next);
	}
	return name;
}

/* --- files --- */

static void add_file(Attaching *attaching, const char *sha256, const char *type, const char *suffix, GBytes *bytes, MailItem *item)
{
	const MailFile file = {free_name(attaching, item, suffix), type, g_bytes_ref(bytes)};
	attaching->left -= g_bytes_get_size(bytes);
	g_array_append_val(attaching->files, file);
	g_ptr_array_add(attaching->shas, g_strdup(sha256));
	item->file = file.name;
}

/* As the file came in, where a program wrote it for one invoice. */
static gboolean is_xml_invoice(const InvoiceRow *invoice)
{
	static const char *const syntaxes[] = {"ubl-invoice", "ubl-creditnote", "cii", "zugferd1", NULL};
	return invoice->facts->syntax && g_strv_contains(syntaxes, invoice->facts->syntax);
}

static void add_original(Attaching *attaching, const InvoiceRow *invoice, GBytes *bytes, MailItem *item)
{
	g_autoptr(GBytes) pdf = NULL;
	const OriginalState state = original_read(bytes, item->number, attaching->left, &pdf);
	const gboolean whole = attaching->policy->attach == ATTACH_DOCUMENT && (state == ORIGINAL_NONE || state == ORIGINAL_BROKEN) && is_xml_invoice(invoice);
	if (pdf)
		add_file(attaching, invoice->document, "pdf", ".pdf", pdf, item);
	else if (whole && g_bytes_get_size(bytes) <= attaching->left)
		add_file(attaching, invoice->document, "xml", ".xml", bytes, item);
	else
		item->file_too_big = state == ORIGINAL_TOO_BIG || whole;
}

/* Two approvals of one invoice share its document. */
static gboolean has_it(const Attaching *attaching, const char *sha256, MailItem *item)
{
	for (guint i = 0; i < attaching->shas->len; i++)
		if (!strcmp(attaching->shas->pdata[i], sha256))
			item->file = g_array_index(attaching->files, MailFile, i).name;
	return item->file != NULL;
}

gboolean attaching_add(Attaching *attaching, Session *session, const InvoiceRow *invoice, MailItem *item, GError **error)
{
	if (attaching->policy->attach == ATTACH_NONE || !invoice->document || has_it(attaching, invoice->document, item))
		return TRUE;
	if (attaching->files->len >= ATTACHING_MAX_FILES) {
		item->file_too_big = TRUE;
		return TRUE;
	}
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) bytes = store_blob(session_store(session), invoice->document, &failure);
	if (!bytes && error_kind(failure) != ERROR_NOT_FOUND) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (bytes)
		add_original(attaching, invoice, bytes, item);
	return TRUE;
}
