/* The invoices in a CSV file, as a stream: memory does not depend on its length. One row is one invoice; rows that stand one behind the other and are of the same invoice
 * (csv_map_is_same) are joined, their cost centres added up. The document of an invoice is not the row, which only the mapping makes sense of, but the canonical JSON of
 * what it says (intake/invoice_json.h): that is kept and hashed, so that the same row again is no news, whatever stands around it. */
#ifndef INTAKE_CSV_PIECES_H
#define INTAKE_CSV_PIECES_H

#include "codec/lines.h"
#include "intake/pieces.h"

#define CSV_ROW_MAX (256 * 1024) /* bytes */
#define CSV_ROWS_MAX 10000       /* of one invoice */

/* Whether a file that begins so is one: a first line of text with ; , | or tabs in it, in UTF-16 too. */
gboolean csv_pieces_fit(const char *start, gsize length);

typedef struct CsvPieces CsvPieces;

/* `start` is what `read` gives first, as far as it is known: it has to hold the header row. Which of the mappings (GPtrArray of CsvMapping; NULL: none) holds is told from that; of
 * several that fit, the one with most columns. ERROR_INVALID: none fits. Borrows the mappings. */
CsvPieces *csv_pieces_new(const char *start, gsize length, LinesRead read, gpointer user_data, const GPtrArray *mappings, GError **error);
void csv_pieces_free(CsvPieces *pieces);

/* As pieces_next(). */
gboolean csv_pieces_next(CsvPieces *pieces, Piece *piece, GError **error);
const PiecesForm *csv_pieces_form(const CsvPieces *pieces);

#endif
