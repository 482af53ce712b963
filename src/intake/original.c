/* Walks a UBL or CII document for its embedded PDFs, decoding as it reads: of each it keeps what it is worth as the invoice itself, and of the best its bytes. */
#include "intake/original.h"

#include "base/text.h"
#include "codec/xml.h"
#include "intake/facturx.h"

#include <string.h>

#define PDF_MAGIC "%PDF-"
#define AGGREGATE "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
#define BASIC     "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
#define CII       "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
#define HINT_MAX  1000 /* bytes of what it says of itself */

/* What it says of itself is worth, together */
#define WORTH_TYPE   4u
#define WORTH_NUMBER 2u
#define WORTH_WORD   1u

typedef enum { TEXT_NONE, TEXT_HINT, TEXT_TYPE, TEXT_OBJECT } TextKind;

/* One of the additional documents. */
typedef struct {
	GString *hints; /* its id, description and file name */
	GString *type;  /* its type code */
	GByteArray *bytes;
	gboolean has_object;
	gboolean is_pdf; /* by what it says */
	gboolean broken, too_big;
	int state;
	guint save;
} Embedded;

typedef struct {
	const char *number;
	gsize most;
	guint depth, reference_depth; /* of the open additional document; 0: none is */
	TextKind kind;                /* of the open element */
	Embedded current;
	OriginalState best_state;
	guint best_worth;
	GByteArray *best; /* NULL: there is none yet */
} Search;

static void embedded_start(Embedded *embedded)
{
	g_string_truncate(embedded->hints, 0);
	g_string_truncate(embedded->type, 0);
	g_byte_array_set_size(embedded->bytes, 0);
	embedded->has_object = embedded->is_pdf = embedded->broken = embedded->too_big = FALSE;
	embedded->state = 0;
	embedded->save = 0;
}

static void add_hint(GString *hints, const char *text, gsize length)
{
	if (text != NULL && hints->len + length < HINT_MAX)
		g_string_append_len(g_string_append_c(hints, ' '), text, (gssize)length);
}

static void begin_object(Search *search, const XmlElement *element)
{
	g_autofree char *mime = xml_attribute(element, "mimeCode"), *name = xml_attribute(element, "filename");
	g_autofree char *lower = name != NULL ? g_ascii_strdown(name, -1) : NULL;
	Embedded *current = &search->current;
	add_hint(current->hints, name, name != NULL ? strlen(name) : 0);
	current->has_object = TRUE;
	current->is_pdf = mime != NULL ? g_ascii_strcasecmp(mime, "application/pdf") == 0 : lower != NULL && g_str_has_suffix(lower, ".pdf");
}

static TextKind kind_of(const Search *search, const XmlElement *element)
{
	static const struct {
		const char *space, *name;
		guint depth; /* below the additional document */
		TextKind kind;
	} kinds[] = {
		{BASIC, "ID", 1, TEXT_HINT},           {BASIC, "DocumentDescription", 1, TEXT_HINT}, {BASIC, "DocumentTypeCode", 1, TEXT_TYPE},
		{CII, "IssuerAssignedID", 1, TEXT_HINT}, {CII, "Name", 1, TEXT_HINT},                {CII, "TypeCode", 1, TEXT_TYPE},
		{CII, "AttachmentBinaryObject", 1, TEXT_OBJECT}, {BASIC, "EmbeddedDocumentBinaryObject", 2, TEXT_OBJECT},
	};
	for (gsize i = 0; search->reference_depth > 0 && i < G_N_ELEMENTS(kinds); i++)
		if (search->depth == search->reference_depth + kinds[i].depth && strcmp(element->name, kinds[i].name) == 0 && strcmp(element->space, kinds[i].space) == 0)
			return kinds[i].kind;
	return TEXT_NONE;
}

static gboolean is_additional_document(const XmlElement *element)
{
	return (strcmp(element->name, "AdditionalDocumentReference") == 0 && strcmp(element->space, AGGREGATE) == 0) ||
	       (strcmp(element->name, "AdditionalReferencedDocument") == 0 && strcmp(element->space, CII) == 0);
}

static gboolean on_open(const XmlElement *element, gpointer user_data, GError **error G_GNUC_UNUSED)
{
	Search *search = user_data;
	search->depth++;
	if (search->reference_depth == 0 && is_additional_document(element)) {
		search->reference_depth = search->depth;
		embedded_start(&search->current);
	}
	search->kind = kind_of(search, element);
	if (search->kind == TEXT_OBJECT)
		begin_object(search, element);
	return TRUE;
}

static gboolean is_base64(const char *text, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isalnum(text[i]) && strchr("+/= \t\r\n", text[i]) == NULL)
			return FALSE;
	return TRUE;
}

/* The text may be as long as the file: it is decoded by pieces, and given up once it is too much. */
static void decode(Search *search, const char *text, gsize length)
{
	Embedded *current = &search->current;
	guchar piece[3 * 1024];
	if (!current->is_pdf || current->broken || current->too_big)
		return;
	current->broken = !is_base64(text, length);
	while (length > 0 && !current->broken && !current->too_big) {
		const gsize some = MIN(length, sizeof piece);
		const gsize n = g_base64_decode_step(text, some, piece, &current->state, &current->save);
		current->too_big = current->bytes->len + n > search->most;
		if (!current->too_big)
			g_byte_array_append(current->bytes, piece, (guint)n);
		text += some;
		length -= some;
	}
}

static gboolean on_text(const char *text, gsize length, gpointer user_data, GError **error G_GNUC_UNUSED)
{
	Search *search = user_data;
	if (search->kind == TEXT_HINT)
		add_hint(search->current.hints, text, length);
	else if (search->kind == TEXT_TYPE)
		add_hint(search->current.type, text, length);
	else if (search->kind == TEXT_OBJECT)
		decode(search, text, length);
	return TRUE;
}

static gboolean begins_as_pdf(const guint8 *bytes, gsize length)
{
	return length >= strlen(PDF_MAGIC) && memcmp(bytes, PDF_MAGIC, strlen(PDF_MAGIC)) == 0;
}

static gboolean says_invoice(const char *type)
{
	static const char *const types[] = {"380", "381", "384", "389", "393", "261", "751", "CommercialInvoice", "Invoice", "CreditNote"};
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_ascii_strcasecmp(type, types[i]) == 0)
			return TRUE;
	return FALSE;
}

static gboolean has_word(const char *hints)
{
	static const char *const words[] = {"invoice", "factuur", "rechnung", "facture", "factura", "fattura", "faktura", "credit note", "creditnote", "gutschrift"};
	g_autofree char *lower = g_utf8_strdown(hints, -1);
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (strstr(lower, words[i]) != NULL)
			return TRUE;
	return FALSE;
}

/* Compared as people read numbers: "2026/118" stands in "2026-118.pdf". */
static gboolean has_number(const Search *search, const char *hints)
{
	g_autofree char *number = search->number != NULL ? text_key(search->number) : NULL;
	g_autofree char *key = text_key(hints);
	return number != NULL && number[0] != '\0' && key != NULL && strstr(key, number) != NULL;
}

static guint worth(const Search *search)
{
	const Embedded *current = &search->current;
	g_autofree char *type = g_strstrip(g_strdup(current->type->str));
	return 1u + (says_invoice(type) ? WORTH_TYPE : 0u) + (has_number(search, current->hints->str) ? WORTH_NUMBER : 0u) +
	       (has_word(current->hints->str) ? WORTH_WORD : 0u);
}

static OriginalState state_of(const Embedded *embedded)
{
	if (embedded->too_big)
		return ORIGINAL_TOO_BIG;
	return embedded->broken || !begins_as_pdf(embedded->bytes->data, embedded->bytes->len) ? ORIGINAL_BROKEN : ORIGINAL_PDF;
}

/* What cannot be read gives way to anything that can. */
static void end_document(Search *search)
{
	Embedded *current = &search->current;
	if (!current->has_object || !current->is_pdf)
		return;
	const OriginalState state = state_of(current);
	const guint its = state == ORIGINAL_BROKEN ? 0 : worth(search);
	if (search->best != NULL && its <= search->best_worth)
		return;
	g_clear_pointer(&search->best, g_byte_array_unref);
	search->best_state = state;
	search->best_worth = its;
	search->best = g_steal_pointer(&current->bytes);
	current->bytes = g_byte_array_new();
}

static gboolean on_close(gpointer user_data, GError **error G_GNUC_UNUSED)
{
	Search *search = user_data;
	search->kind = TEXT_NONE;
	if (search->depth == search->reference_depth) {
		end_document(search);
		search->reference_depth = 0;
	}
	search->depth--;
	return TRUE;
}

static OriginalState search_xml(const void *bytes, gsize length, Search *search, GBytes **pdf)
{
	static const XmlVisitor visitor = {on_open, on_text, on_close};
	xml_read(bytes, length, &visitor, search, NULL);
	if (search->best == NULL)
		return ORIGINAL_NONE;
	if (search->best_state == ORIGINAL_PDF)
		*pdf = g_byte_array_free_to_bytes(g_steal_pointer(&search->best));
	g_clear_pointer(&search->best, g_byte_array_unref);
	return search->best_state;
}

OriginalState original_read(GBytes *file, const char *number, gsize most, GBytes **pdf)
{
	gsize length;
	const void *bytes = g_bytes_get_data(file, &length);
	*pdf = NULL;
	if (facturx_is_pdf(bytes, length)) {
		*pdf = length <= most ? g_bytes_ref(file) : NULL;
		return *pdf != NULL ? ORIGINAL_PDF : ORIGINAL_TOO_BIG;
	}
	Search search = {.number = number, .most = most, .best_state = ORIGINAL_NONE};
	search.current.hints = g_string_new(NULL);
	search.current.type = g_string_new(NULL);
	search.current.bytes = g_byte_array_new();
	const OriginalState state = search_xml(bytes, length, &search, pdf);
	g_string_free(search.current.hints, TRUE);
	g_string_free(search.current.type, TRUE);
	g_byte_array_unref(search.current.bytes);
	return state;
}
