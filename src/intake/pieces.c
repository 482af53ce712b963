/* A file is read whole, and taken apart where it is a JSON file of many; but a CSV file, which may be of any length, is read as it goes. */
#include "intake/pieces.h"

#include "base/error.h"
#include "config/json_records.h"
#include "intake/csv_pieces.h"
#include "intake/folder.h"
#include "intake/read.h"

#include <string.h>

#define START_MAX (64u * 1024)

struct Pieces {
	CsvPieces *csv;   /* NULL: it is no CSV file */
	FolderFile *file; /* of that */
	GByteArray *start; /* what was read of it to see what it is */
	gsize start_given;
	GBytes *bytes;    /* the file */
	GArray *slices;   /* of JsonSlice, in it; NULL: the file is one document */
	Problems *problems; /* with what stands around them */
	guint next;
};

static const PiecesForm json_form = {"[\n", ",\n", "\n]\n", ".json"};

void piece_clear(Piece *piece)
{
	g_clear_pointer(&piece->document, g_bytes_unref);
	g_clear_pointer(&piece->reason, g_free);
	g_clear_pointer(&piece->raw, g_bytes_unref);
}

void pieces_free(Pieces *pieces)
{
	if (!pieces)
		return;
	csv_pieces_free(pieces->csv);
	g_clear_pointer(&pieces->file, folder_file_close);
	g_clear_pointer(&pieces->start, g_byte_array_unref);
	g_clear_pointer(&pieces->bytes, g_bytes_unref);
	g_clear_pointer(&pieces->slices, g_array_unref);
	g_clear_pointer(&pieces->problems, problems_free);
	g_free(pieces);
}

/* --- JSON --- */

/* One object, though it be broken somewhere in its lines. */
static gboolean is_single(const char *text, gsize length, const GArray *slices)
{
	const JsonSlice *first = slices->len ? &g_array_index(slices, JsonSlice, 0) : NULL;
	return first && !intake_is_json_list(text, length) && (slices->len == 1 || first->text[first->length - 1] != '}');
}

static void split_json(Pieces *pieces, const char *text, gsize length)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(GArray) slices = json_records_split(text, length, "", problems);
	if (is_single(text, length, slices))
		return;
	pieces->slices = g_steal_pointer(&slices);
	pieces->problems = g_steal_pointer(&problems);
}

static gboolean next_slice(Pieces *pieces, Piece *piece)
{
	if (pieces->next >= pieces->slices->len)
		return FALSE;
	const JsonSlice *slice = &g_array_index(pieces->slices, JsonSlice, pieces->next);
	const gsize offset = (gsize)(slice->text - (const char *)g_bytes_get_data(pieces->bytes, NULL));
	piece->document = g_bytes_new_from_bytes(pieces->bytes, offset, slice->length);
	piece->raw = g_bytes_ref(piece->document);
	piece->line = slice->line;
	return TRUE;
}

/* What is wrong around the records comes behind them; a file without any is refused as a whole. */
static gboolean next_problem(Pieces *pieces, Piece *piece)
{
	const guint place = pieces->next - pieces->slices->len, count = problems_count(pieces->problems);
	if (place < count) {
		const Problem *problem = problems_get(pieces->problems, place);
		piece->line = problem->line;
		piece->reason = g_strdup_printf("wanted %s", problem->wanted);
		return TRUE;
	}
	if (pieces->next > 0)
		return FALSE;
	piece->reason = g_strdup("a JSON list without an invoice in it");
	return TRUE;
}

/* --- the whole --- */

/* A stream begins with what was read of it already. */
static gssize read_on(gpointer user_data, char *buffer, gsize size, GError **error)
{
	Pieces *pieces = user_data;
	const gsize count = MIN(size, pieces->start->len - pieces->start_given);
	if (count == 0)
		return folder_file_read(pieces->file, buffer, size, error);
	memcpy(buffer, pieces->start->data + pieces->start_given, count);
	pieces->start_given += count;
	return (gssize)count;
}

static gboolean read_start(Pieces *pieces, GError **error)
{
	gssize count = 1;
	pieces->start = g_byte_array_sized_new(START_MAX);
	for (guint length = 0; count > 0 && length < START_MAX; length = pieces->start->len) {
		g_byte_array_set_size(pieces->start, START_MAX);
		count = folder_file_read(pieces->file, (char *)pieces->start->data + length, START_MAX - length, error);
		g_byte_array_set_size(pieces->start, length + (guint)MAX(count, 0));
	}
	return count >= 0;
}

static gboolean open_csv(Pieces *pieces, const GPtrArray *csv, GError **error)
{
	pieces->csv = csv_pieces_new((const char *)pieces->start->data, pieces->start->len, read_on, pieces, csv, error);
	return pieces->csv != NULL;
}

static gboolean open_whole(Pieces *pieces, const char *path, gboolean trusted, GError **error)
{
	g_clear_pointer(&pieces->file, folder_file_close);
	g_clear_pointer(&pieces->start, g_byte_array_unref);
	pieces->bytes = folder_read(path, trusted, error);
	if (!pieces->bytes)
		return FALSE;
	gsize length;
	const char *text = g_bytes_get_data(pieces->bytes, &length);
	if (intake_is_json(text, length))
		split_json(pieces, text, length);
	return TRUE;
}

Pieces *pieces_open(const char *path, gboolean trusted, const GPtrArray *csv, GError **error)
{
	g_autoptr(Pieces) pieces = g_new0(Pieces, 1);
	pieces->file = folder_file_open(path, trusted, error);
	if (!pieces->file || !read_start(pieces, error))
		return NULL;
	const gboolean ok = csv_pieces_fit((const char *)pieces->start->data, pieces->start->len) ? open_csv(pieces, csv, error)
	                                                                                          : open_whole(pieces, path, trusted, error);
	return ok ? g_steal_pointer(&pieces) : NULL;
}

gboolean pieces_next(Pieces *pieces, Piece *piece, GError **error)
{
	gboolean found;
	*piece = (Piece){0};
	if (pieces->csv)
		return csv_pieces_next(pieces->csv, piece, error);
	if (pieces->slices)
		found = next_slice(pieces, piece) || next_problem(pieces, piece);
	else if ((found = pieces->next == 0))
		piece->document = g_bytes_ref(pieces->bytes);
	pieces->next += found ? 1 : 0;
	return found;
}

const PiecesForm *pieces_form(const Pieces *pieces)
{
	return pieces->csv ? csv_pieces_form(pieces->csv) : &json_form;
}
