/* A made-up week, for the specimen of its summary: administrations, every reason why an invoice is open, people who cannot be reached. */
#ifndef CHECK_SPECIMEN_WEEK_H
#define CHECK_SPECIMEN_WEEK_H

#include "mail/compose.h"

typedef struct {
	MailOpen stuck[3], late[3], never[4], rest[2];
	GPtrArray *one, *several; /* names of who is asked */
} SpecimenWeek;
void specimen_week_clear(SpecimenWeek *week);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SpecimenWeek, specimen_week_clear)

/* As it stands at `now`, all but to whom it goes; it points into `week`, which is empty before. `single`: one invoice is open, and nothing is wrong. */
MailSummary specimen_week_begin(SpecimenWeek *week, gint64 now, gboolean single);

#endif
