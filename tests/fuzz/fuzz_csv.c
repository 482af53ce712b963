/* CSV of invoices, with a form and without: every piece is a document that can be read or refused, or has a reason; lines go upwards; the stream comes to an end. */
#include <stdint.h>
#include <string.h>

#include "codec/json.h"
#include "intake/csv_pieces.h"
#include "intake/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

typedef struct {
	const char *at;
	gsize left;
	guint step; /* so many bytes at once */
} Source;

static gssize read_source(gpointer user_data, char *buffer, gsize size, GError **error)
{
	Source *source = user_data;
	const gsize count = MIN(MIN(size, source->left), source->step);
	(void)error;
	if (count > 0)
		memcpy(buffer, source->at, count);
	source->at += count;
	source->left -= count;
	return (gssize)count;
}

static void check_piece(const Piece *piece)
{
	g_assert_true((piece->document == NULL) == (piece->reason != NULL));
	if (piece->reason) {
		g_assert_true(g_utf8_validate(piece->reason, -1, NULL));
		return;
	}
	g_autoptr(GError) error = NULL;
	gsize size;
	const char *text = g_bytes_get_data(piece->document, &size);
	g_autoptr(Json) json = js_parse(text, size, &error);
	g_assert_no_error(error);
	g_assert_nonnull(json);
	g_autoptr(InvoiceFacts) facts = intake_read(text, size, NULL, &error);
	g_assert_true((facts == NULL) == (error != NULL));
}

/* How many pieces there are. */
static guint read_all(const char *bytes, gsize length, guint step, const GPtrArray *mappings)
{
	Source source = {bytes, length, step};
	CsvPieces *pieces = csv_pieces_new(bytes, length, read_source, &source, mappings, NULL);
	guint count = 0, line = 0;
	for (gboolean more = pieces != NULL; more; count += more ? 1 : 0) {
		g_autoptr(GError) error = NULL;
		Piece piece = {0};
		more = csv_pieces_next(pieces, &piece, &error);
		g_assert_no_error(error);
		g_assert_true(!more || piece.line > line || (count == 0 && piece.line == 0));
		line = more ? piece.line : line;
		if (more)
			check_piece(&piece);
		piece_clear(&piece);
	}
	csv_pieces_free(pieces);
	return count;
}

static GPtrArray *list_of(const char *text)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(list, g_strdup(text));
	return list;
}

/* That of seeds/csv/erp.csv. */
static CsvMapping *erp_mapping(void)
{
	CsvMapping *mapping = csv_mapping_create(NULL);
	mapping->name = g_strdup("erp");
	mapping->encoding = g_strdup("WINDOWS-1252");
	mapping->decimal = g_strdup(",");
	mapping->grouping = g_strdup(".");
	mapping->date = g_strdup("D-M-YYYY");
	mapping->credit_notes = list_of("C");
	mapping->columns[CSV_NUMBER] = list_of("Factuurnr");
	mapping->columns[CSV_SUPPLIER] = list_of("Naam");
	mapping->columns[CSV_GROSS] = list_of("Bedrag");
	mapping->columns[CSV_ISSUE_DATE] = list_of("Datum");
	mapping->columns[CSV_COST_CENTRE] = list_of("Kpl");
	g_ptr_array_add(mapping->columns[CSV_COST_CENTRE], g_strdup("Kpl2"));
	mapping->columns[CSV_KIND] = list_of("Soort");
	mapping->columns[CSV_TERMS] = list_of("Betaling");
	mapping->constants[CSV_CURRENCY] = g_strdup("EUR");
	return mapping;
}

static void free_mapping(gpointer mapping)
{
	csv_mapping_free(mapping);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	g_autoptr(GPtrArray) mappings = g_ptr_array_new_with_free_func(free_mapping);
	const char *text = (const char *)bytes;

	(void)csv_pieces_fit(text, length);
	g_ptr_array_add(mappings, erp_mapping());
	g_assert_cmpuint(read_all(text, length, G_MAXUINT, mappings), ==, read_all(text, length, 3, mappings));
	read_all(text, length, G_MAXUINT, NULL);
	return 0;
}
