/* What a file is, told from its first bytes, and whether an invoice is whole enough to be approved.
 *
 * Whatever comes out as facts without an error has a number, a date of issue, a currency, a payable total and a supplier. */
#include "intake/read.h"

#include <string.h>

#include "base/error.h"
#include "intake/facturx.h"
#include "intake/invoice_json.h"
#include "intake/terms.h"
#include "intake/xml_invoice.h"

#define FIRST_LINE_MAX 1000

static const struct {
	const char *magic;
	gsize length;
	const char *what;
} magics[] = {
	{ "\x1F\x8B", 2, "gzip data: unpack it first" },
	{ "PK\x03\x04", 4, "a ZIP archive: unpack it first" },
	{ "\xFD" "7zXZ\0", 6, "xz data: unpack it first" },
	{ "BZh", 3, "bzip2 data: unpack it first" },
	{ "\xD0\xCF\x11\xE0", 4, "an old Office file, not an e-invoice" },
	{ "ISA*", 4, "an X12 interchange, which is not read" },
	{ "UNA", 3, "an EDIFACT interchange, which is not read" },
	{ "UNB+", 4, "an EDIFACT interchange, which is not read" },
	{ "\x89PNG", 4, "a PNG picture, not an e-invoice" },
	{ "\xFF\xD8\xFF", 3, "a JPEG picture, not an e-invoice" },
};

static gboolean is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* One line of separated fields: a header or a first record. */
static gboolean looks_like_csv(const char *text, gsize length)
{
	guint separators = 0;

	for (gsize i = 0; i < MIN(length, FIRST_LINE_MAX) && text[i] != '\n' && text[i] != '\r'; i++) {
		if (text[i] == '<' || text[i] == '\0' || text[i] == ':')
			return FALSE;
		separators += text[i] == ',' || text[i] == ';' || text[i] == '\t';
	}
	return separators > 0;
}

/* What a file that is not XML is; NULL where it may be XML. */
static const char *name_other(const char *text, gsize length)
{
	gsize start = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(magics); i++)
		if (length >= magics[i].length && memcmp(text, magics[i].magic, magics[i].length) == 0)
			return magics[i].what;
	if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		start = 3;
	while (start < length && is_space(text[start]))
		start++;
	if (start == length)
		return length == 0 ? "an empty file" : "nothing but white space";
	if (text[start] == '[')
		return "a JSON list: each object in it is an invoice of its own";
	if (text[start] == '{')
		return NULL;
	if (looks_like_csv(text + start, length - start))
		return "a CSV file, which is not read";
	return NULL;
}

static void append_lack(GString *lacks, gboolean lacking, const char *what)
{
	if (!lacking)
		return;
	if (lacks->len > 0)
		g_string_append(lacks, ", ");
	g_string_append(lacks, what);
}

/* A stated total with tax that cannot be read is no missing one: limits compare it. */
static gboolean check_whole(const InvoiceFacts *facts, const GString *complaints, GError **error)
{
	g_autoptr(GString) lacks = g_string_new(NULL);

	append_lack(lacks, facts->number == NULL, "the number");
	append_lack(lacks, !date_is_set(facts->issue_date), "the issue date");
	append_lack(lacks, facts->currency == NULL, "the currency");
	append_lack(lacks, !facts->has_payable, "the payable total");
	append_lack(lacks, facts->supplier.name == NULL, "the supplier's name");
	if (lacks->len == 0 && complaints->len == 0)
		return TRUE;
	if (lacks->len == 0)
		error_set(error, ERROR_INVALID, "the invoice states what cannot be read%s", complaints->str);
	else
		error_set(error, ERROR_INVALID, "the invoice lacks %s%s", lacks->str, complaints->str);
	return FALSE;
}

/* The first byte that is no blank, behind a byte order mark; NUL where there is none. */
static char first_sign(const char *text, gsize length)
{
	gsize start = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	while (start < length && is_space(text[start]))
		start++;
	return start < length ? text[start] : '\0';
}

gboolean intake_is_json_list(const char *text, gsize length)
{
	return first_sign(text, length) == '[';
}

gboolean intake_is_json(const char *text, gsize length)
{
	return first_sign(text, length) == '{' || intake_is_json_list(text, length);
}

/* A credit note is due at no time. */
static void read_terms(InvoiceFacts *facts)
{
	if (date_is_set(facts->due_date) || facts->kind == INVOICE_KIND_CREDIT_NOTE)
		return;
	facts->due_date = terms_due_date(facts->terms, facts->issue_date);
	if (date_is_set(facts->due_date))
		facts->due_date_source = g_strdup("terms");
}

/* Takes the facts. */
static InvoiceFacts *give_whole(InvoiceFacts *read, const GString *complaints, InvoiceFacts **partial, GError **error)
{
	g_autoptr(InvoiceFacts) facts = read;

	if (facts != NULL)
		read_terms(facts);
	if (facts == NULL || check_whole(facts, complaints, error))
		return g_steal_pointer(&facts);
	if (partial != NULL)
		*partial = g_steal_pointer(&facts);
	return NULL;
}

static InvoiceFacts *read_xml(const void *bytes, gsize length, InvoiceFacts **partial, GError **error)
{
	g_autoptr(GString) complaints = g_string_new(NULL);

	return give_whole(xml_invoice_read(bytes, length, complaints, error), complaints, partial, error);
}

static InvoiceFacts *read_json(const char *text, gsize length, InvoiceFacts **partial, GError **error)
{
	g_autoptr(GString) complaints = g_string_new(NULL);
	const char *object = memchr(text, '{', length);

	return give_whole(invoice_json_read(object, length - (gsize)(object - text), error), complaints, partial, error);
}

static InvoiceFacts *read_pdf(const void *bytes, gsize length, InvoiceFacts **partial, GError **error)
{
	g_autoptr(GBytes) pdf = g_bytes_new_static(bytes, length);
	g_autofree char *name = NULL;
	g_autoptr(GBytes) xml = facturx_xml(PDFDETACH, pdf, &name, error);

	if (xml == NULL)
		return NULL;
	InvoiceFacts *facts = read_xml(g_bytes_get_data(xml, NULL), g_bytes_get_size(xml), partial, error);
	if (facts == NULL)
		g_prefix_error(error, "a PDF file, %s in it: ", name);
	return facts;
}

InvoiceFacts *intake_read(const void *bytes, gsize length, InvoiceFacts **partial, GError **error)
{
	if (partial != NULL)
		*partial = NULL;
	if (length > INTAKE_MAX_BYTES) {
		error_set(error, ERROR_INVALID, "%" G_GSIZE_FORMAT " bytes: at most %u are read", length, INTAKE_MAX_BYTES);
		return NULL;
	}
	if (facturx_is_pdf(bytes, length))
		return read_pdf(bytes, length, partial, error);
	const char *other = name_other(bytes, length);
	if (other != NULL) {
		error_set(error, ERROR_INVALID, "%s", other);
		return NULL;
	}
	return intake_is_json(bytes, length) ? read_json(bytes, length, partial, error) : read_xml(bytes, length, partial, error);
}
