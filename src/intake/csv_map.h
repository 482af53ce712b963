/* From a row of CSV to an invoice as JSON (intake/invoice_json.h), by a mapping (config/csv_mapping.h). Pure. */
#ifndef INTAKE_CSV_MAP_H
#define INTAKE_CSV_MAP_H

#include "codec/csv.h"
#include "codec/json.h"
#include "config/csv_mapping.h"

typedef struct CsvMap CsvMap;

/* A mapping for a file with that header row, of which it needs all its columns, each once. NULL as mapping: the header's names are the settings' own (number, supplier, currency,
 * gross …), each of them known, with points and dates as JSON has them. *lacking: of how many columns there is something wrong; NULL is given then, with ERROR_INVALID that names
 * them. Borrows the mapping. */
CsvMap *csv_map_new(const CsvMapping *mapping, const CsvReader *header, guint *lacking, GError **error);
guint csv_map_columns(const CsvMap *map); /* how many it uses */
void csv_map_free(CsvMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsvMap, csv_map_free)

/* A row as an object, as far as it can be read. *reason (owned by the caller) says what in it cannot, by its column's name. NULL: it has another number of columns than the header. */
Json *csv_map_row(const CsvMap *map, const CsvReader *row, char **reason);

/* Whether two rows are of one invoice: supplier, number, date and kind are the same. */
gboolean csv_map_is_same(const Json *a, const Json *b);

/* Adds the lists (cost centres …) of a row of the same invoice. FALSE: it says something else of the rest; *reason then says what. */
gboolean csv_map_join(Json *invoice, const Json *row, char **reason);

#endif
