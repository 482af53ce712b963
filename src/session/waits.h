/* What a pass left undone because somebody did not answer: the directory, or a calendar of absences. */
#ifndef SESSION_WAITS_H
#define SESSION_WAITS_H

#include <glib.h>

typedef struct Waits Waits;

Waits *waits_new(void);
void waits_free(Waits *waits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Waits, waits_free)

/* `what` ("invoice Drukkerij Vos/2026-1") waits for that reason; noted once each. */
void waits_note(Waits *waits, const char *what, const GError *why);
void waits_clear(Waits *waits);
guint waits_count(const Waits *waits);

/* A line a reason, "REASON: invoice A, invoice B and 3 more wait", the reason that was noted first before the others; of many, the first by name and how many more there are. Of char *;
 * owned by the caller. */
GPtrArray *waits_lines(const Waits *waits);

#endif
