/* A quotation mark that nobody closes would make one row of the rest of the file: a row that is broken or too long costs only its first line, and is read anew from the second. */
#include "intake/csv_pieces.h"

#include "base/error.h"
#include "intake/csv_map.h"

#include <string.h>

#define FIRST_LINE_MAX 4096
#define MARK "\xEF\xBB\xBF"

/* A row, or the rows of one invoice. */
typedef struct {
	Json *invoice; /* NULL: it cannot be told */
	GString *raw;
	char *reason;  /* what is wrong; NULL */
	guint line, rows;
} Rows;

struct CsvPieces {
	Lines *lines;
	CsvReader *reader;
	CsvMap *map;
	PiecesForm form;
	char *head;
	GString *again; /* lines to be read once more */
	guint line;     /* the last one read */
	Rows pending, next;
	gboolean any;   /* a row was given */
};

/* --- what it is --- */

static gboolean is_utf16(const char *start, gsize length)
{
	return length >= 2 && (memcmp(start, "\xFF\xFE", 2) == 0 || memcmp(start, "\xFE\xFF", 2) == 0);
}

gboolean csv_pieces_fit(const char *start, gsize length)
{
	const gsize first = length >= 3 && memcmp(start, MARK, 3) == 0 ? 3 : 0;
	const gboolean wide = is_utf16(start, length);
	gboolean separated = FALSE;
	for (gsize i = wide ? 2 : first; i < MIN(length, FIRST_LINE_MAX) && start[i] != '\n' && start[i] != '\r'; i++) {
		if ((start[i] == '\0' && !wide) || strchr("<{[:", start[i] ? start[i] : ' '))
			return FALSE;
		separated |= start[i] && strchr(";,|\t", start[i]);
	}
	return separated;
}

/* --- the header --- */

/* The first line that holds a row, into `reader`. */
static gboolean read_header(Lines *lines, CsvReader *reader, guint *line_number, GString *raw, GError **error)
{
	const char *line;
	gsize length;
	while (lines_next(lines, CSV_ROW_MAX, &line, &length, error)) {
		(*line_number)++;
		const CsvState state = csv_reader_line(reader, line, length);
		if (state == CSV_ROW && raw)
			g_string_append_len(raw, line, (gssize)length);
		if (state != CSV_NOTHING)
			return state == CSV_ROW;
	}
	return FALSE;
}

typedef struct {
	const char *start;
	gsize length;
	const char *encoding; /* of the best so far */
	char delimiter;
	CsvMap *map;          /* the best so far; NULL */
	guint columns, least;
	GError *nearest;
} Choice;

static void try_one(Choice *choice, const CsvMapping *mapping, const char *encoding, char delimiter)
{
	g_autoptr(Lines) lines = lines_of(encoding, choice->start, choice->length);
	g_autoptr(CsvReader) reader = csv_reader_new(delimiter);
	g_autoptr(GError) failure = NULL;
	guint line = 0, lacking;
	if (!lines || !read_header(lines, reader, &line, NULL, NULL))
		return;
	g_autoptr(CsvMap) map = csv_map_new(mapping, reader, &lacking, &failure);
	if (map && csv_map_columns(map) > choice->columns) {
		g_clear_pointer(&choice->map, csv_map_free);
		choice->columns = csv_map_columns(map);
		choice->map = g_steal_pointer(&map);
		choice->encoding = encoding;
		choice->delimiter = delimiter;
	} else if (failure && lacking < choice->least) {
		g_clear_error(&choice->nearest);
		choice->nearest = g_steal_pointer(&failure);
		choice->least = lacking;
	}
}

static void try_mapping(Choice *choice, const CsvMapping *mapping)
{
	const char *encoding = mapping ? mapping->encoding : "UTF-8", *sign = mapping ? mapping->delimiter : NULL;
	if (sign) {
		try_one(choice, mapping, encoding, !strcmp(sign, "tab") ? '\t' : *sign);
		return;
	}
	for (const char *each = ";,\t|"; *each; each++)
		try_one(choice, mapping, encoding, *each);
}

static gboolean choose(Choice *choice, const GPtrArray *mappings, GError **error)
{
	for (guint i = 0; mappings && i < mappings->len; i++)
		try_mapping(choice, mappings->pdata[i]);
	if (!choice->map)
		try_mapping(choice, NULL);
	if (!choice->map && choice->nearest)
		g_propagate_error(error, g_steal_pointer(&choice->nearest));
	else if (!choice->map)
		error_set(error, ERROR_INVALID, "a CSV file without a header row of one line");
	g_clear_error(&choice->nearest);
	return choice->map != NULL;
}

CsvPieces *csv_pieces_new(const char *start, gsize length, LinesRead read, gpointer user_data, const GPtrArray *mappings, GError **error)
{
	Choice choice = {.start = start, .length = length, .least = G_MAXUINT};
	if (!choose(&choice, mappings, error))
		return NULL;
	CsvPieces *pieces = g_new0(CsvPieces, 1);
	g_autoptr(GString) head = g_string_new(MARK);
	pieces->map = choice.map;
	pieces->lines = lines_new(choice.encoding, read, user_data);
	pieces->reader = csv_reader_new(choice.delimiter);
	pieces->again = g_string_new(NULL);
	read_header(pieces->lines, pieces->reader, &pieces->line, head, NULL);
	pieces->head = g_strdup(head->str);
	pieces->form = (PiecesForm){pieces->head, "", "", ".csv"};
	return pieces;
}

static void rows_clear(Rows *rows)
{
	g_clear_pointer(&rows->invoice, js_unref);
	g_clear_pointer(&rows->reason, g_free);
	if (rows->raw)
		g_string_free(rows->raw, TRUE);
	*rows = (Rows){0};
}

void csv_pieces_free(CsvPieces *pieces)
{
	if (!pieces)
		return;
	rows_clear(&pieces->pending);
	rows_clear(&pieces->next);
	lines_free(pieces->lines);
	csv_reader_free(pieces->reader);
	csv_map_free(pieces->map);
	g_string_free(pieces->again, TRUE);
	g_free(pieces->head);
	g_free(pieces);
}

const PiecesForm *csv_pieces_form(const CsvPieces *pieces)
{
	return &pieces->form;
}

/* --- rows --- */

static gboolean has_ended(const GString *raw)
{
	return raw->len > 0 && strchr("\r\n", raw->str[raw->len - 1]) && raw->str[raw->len - 1];
}

/* The next line behind the others of the row. */
static gboolean append_line(CsvPieces *pieces, GString *raw, GError **error)
{
	const char *line = pieces->again->str;
	gsize length = strcspn(line, "\n");
	pieces->line++;
	if (pieces->again->len > 0) {
		const char *end = memchr(line, '\n', pieces->again->len);
		length = end ? (gsize)(end - line) + 1 : pieces->again->len;
		g_string_append_len(raw, line, (gssize)length);
		g_string_erase(pieces->again, 0, (gssize)length);
		return TRUE;
	}
	if (!lines_next(pieces->lines, CSV_ROW_MAX, &line, &length, error))
		return FALSE;
	g_string_append_len(raw, line, (gssize)length);
	return TRUE;
}

/* Only its first line is the row; what stands behind it is read anew. */
static void cut_row(CsvPieces *pieces, Rows *rows, const char *reason)
{
	const char *end = memchr(rows->raw->str, '\n', rows->raw->len);
	const gsize first = end ? (gsize)(end - rows->raw->str) + 1 : rows->raw->len;
	g_string_insert_len(pieces->again, 0, rows->raw->str + first, (gssize)(rows->raw->len - first));
	g_string_truncate(rows->raw, first);
	pieces->line = rows->line;
	csv_reader_reset(pieces->reader);
	rows->reason = g_strdup(reason);
}

/* A line without an end comes in pieces: the rest of it is left out. */
static void pass_rest(CsvPieces *pieces)
{
	g_autoptr(GString) rest = g_string_new(NULL);
	const guint line = pieces->line;
	do
		g_string_truncate(rest, 0);
	while (append_line(pieces, rest, NULL) && !has_ended(rest) && rest->len >= CSV_ROW_MAX);
	pieces->line = line;
}

/* One row, or what is to be one. FALSE: that was all, or with an error. */
static gboolean read_row(CsvPieces *pieces, Rows *rows, GError **error)
{
	gsize before = 0;
	CsvState state = CSV_NOTHING;
	g_autoptr(GError) failure = NULL;
	rows->raw = g_string_new(NULL);
	while (append_line(pieces, rows->raw, &failure)) {
		rows->line = before ? rows->line : pieces->line;
		if (rows->raw->len - before >= CSV_ROW_MAX && !has_ended(rows->raw)) {
			rows->reason = g_strdup_printf("a line of more than %d bytes", CSV_ROW_MAX);
			g_string_truncate(rows->raw, 0);
			csv_reader_reset(pieces->reader);
			pass_rest(pieces);
			return TRUE;
		}
		state = csv_reader_line(pieces->reader, rows->raw->str + before, rows->raw->len - before);
		if (state == CSV_ROW)
			return TRUE;
		before = state == CSV_NOTHING ? 0 : rows->raw->len;
		if (state == CSV_NOTHING)
			g_string_truncate(rows->raw, 0);
		if (state == CSV_BROKEN)
			cut_row(pieces, rows, "a quotation mark inside a field, neither doubled nor at its end");
		else if (state == CSV_OPEN && rows->raw->len > CSV_ROW_MAX)
			cut_row(pieces, rows, "a quotation mark that nothing closes");
		if (rows->reason)
			return TRUE;
	}
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (state == CSV_OPEN)
		cut_row(pieces, rows, "a quotation mark that nothing closes");
	return rows->reason != NULL;
}

static gboolean next_row(CsvPieces *pieces, GError **error)
{
	Rows *next = &pieces->next;
	if (!read_row(pieces, next, error)) {
		rows_clear(next);
		return FALSE;
	}
	next->rows = 1;
	if (next->raw->len > 0 && !has_ended(next->raw))
		g_string_append_c(next->raw, '\n');
	if (!next->reason)
		next->invoice = csv_map_row(pieces->map, pieces->reader, &next->reason);
	return TRUE;
}

/* --- invoices --- */

static gboolean is_same(const CsvPieces *pieces)
{
	return pieces->pending.invoice && pieces->next.invoice && csv_map_is_same(pieces->pending.invoice, pieces->next.invoice);
}

/* What is wrong with one row is wrong with the invoice: half of its cost centres are not asked. */
static void join(Rows *invoice, const Rows *row)
{
	g_autofree char *differs = NULL;
	if (++invoice->rows > CSV_ROWS_MAX) {
		if (!invoice->reason)
			invoice->reason = g_strdup_printf("more than %d rows of one invoice", CSV_ROWS_MAX);
		return;
	}
	g_string_append_len(invoice->raw, row->raw->str, (gssize)row->raw->len);
	const char *wrong = row->reason;
	if (!wrong && !csv_map_join(invoice->invoice, row->invoice, &differs))
		wrong = differs;
	if (wrong && !invoice->reason)
		invoice->reason = g_strdup_printf("its row in line %u: %s", row->line, wrong);
}

static void give(CsvPieces *pieces, Piece *piece)
{
	Rows *rows = &pieces->pending;
	piece->line = rows->line;
	piece->syntax = "csv";
	piece->reason = g_steal_pointer(&rows->reason);
	if (!piece->reason) {
		char *text = js_canonical(rows->invoice);
		piece->document = g_bytes_new_take(text, strlen(text));
	}
	piece->raw = g_string_free_to_bytes(g_steal_pointer(&rows->raw));
	rows_clear(rows);
	pieces->any = TRUE;
}

gboolean csv_pieces_next(CsvPieces *pieces, Piece *piece, GError **error)
{
	g_autoptr(GError) failure = NULL;
	while (next_row(pieces, &failure)) {
		if (is_same(pieces)) {
			join(&pieces->pending, &pieces->next);
			rows_clear(&pieces->next);
			continue;
		}
		const gboolean found = pieces->pending.raw != NULL;
		if (found)
			give(pieces, piece);
		pieces->pending = pieces->next;
		pieces->next = (Rows){0};
		if (found)
			return TRUE;
	}
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (pieces->pending.raw) {
		give(pieces, piece);
		return TRUE;
	}
	if (pieces->any)
		return FALSE;
	piece->reason = g_strdup("a CSV file with nothing below its header row");
	return pieces->any = TRUE;
}
