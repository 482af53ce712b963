/* CSV after RFC 4180, line by line (libcsv's door). Fields are separated by one sign; one in quotation marks may hold it, line breaks and, doubled, quotation marks.
 * Blanks around a field without quotation marks are dropped. */
#ifndef CODEC_CSV_H
#define CODEC_CSV_H

#include <glib.h>

typedef struct CsvReader CsvReader;

typedef enum {
	CSV_NOTHING, /* an empty line */
	CSV_ROW,     /* a row is whole: its fields can be asked for until the next line */
	CSV_OPEN,    /* a quotation mark is open: the row goes on in the next line */
	CSV_BROKEN,  /* a quotation mark where none may stand; the reader begins anew */
} CsvState;

CsvReader *csv_reader_new(char delimiter);
void csv_reader_free(CsvReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsvReader, csv_reader_free)

/* One line of text in any encoding that has ASCII's signs at their places, with or without its line break (LF, CR or CRLF). */
CsvState csv_reader_line(CsvReader *reader, const char *line, gsize length);

/* Forgets a row that is not whole. */
void csv_reader_reset(CsvReader *reader);

guint csv_reader_count(const CsvReader *reader);
/* Ended by NUL; borrowed until the next line. *length (may be NULL) tells of NULs in it. */
const char *csv_reader_field(const CsvReader *reader, guint index, gsize *length);

#endif
