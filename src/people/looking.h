/* Looking again at people who are asked, and what the record says of them then (DESIGN.md 3, rule 6). */
#ifndef PEOPLE_LOOKING_H
#define PEOPLE_LOOKING_H

#include "domain/sighting.h"
#include "session/session.h"

/* What a look at one person came to. */
typedef struct {
	char *id;         /* opaque */
	Presence presence;
	const char *why;  /* LOST: gone, disabled, no-mail, refused; static */
	gint64 missed;    /* not found first; INSTANT_NONE */
	gint64 lost;      /* LOST: since when, as the directory said; INSTANT_NONE */
	gboolean cleared; /* LOST: what is asked of them may be handed on now */
	gint64 event;     /* LOST: the seq of the person.lost */
} Look;

/* Of Look, one for each of `ids` (of char *, opaque ids), in their order: each is looked up once a pass, and what is new is recorded: person.missing, .lost, .found, and where
 * `all` whatever else the directory has changed. The directory is asked before the transaction that this makes. NULL with an error of the store. */
GPtrArray *looking_at(Session *session, const GPtrArray *ids, gboolean all, gint64 now, GError **error);

/* The part of a pass that concerns people: everybody whom an approval that is due asks is looked at, then what is to change hands is counted (mass_change.h). With nobody
 * due it costs two questions to the store. */
gboolean looking_run(Session *session, gint64 now, GError **error);

#endif
