/* Who does something to an invoice, and what the record keeps as the evidence of it. */
#ifndef PEOPLE_ACTOR_H
#define PEOPLE_ACTOR_H

#include "session/session.h"

typedef struct {
	const char *name;    /* uid or mail, as they are named (--as); NULL = nobody is */
	const char *reason;  /* NULL */
	const char *channel, *assurance; /* cli */
	Person *person;      /* as the record or the directory knows them; NULL = nobody that is known */
	char *id;            /* opaque, once recorded */
} Actor;
void actor_clear(Actor *actor);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Actor, actor_clear)

/* Finds the person by name, in the record, else in the directory. ERROR_NOT_FOUND: nobody is called so; ERROR_UNAVAILABLE …: the directory did not say.
 * Not inside a transaction. */
gboolean actor_find(Session *session, Actor *actor, GError **error);

/* The same in the record alone. */
gboolean actor_find_recorded(Session *session, Actor *actor, GError **error);

/* Gives them their opaque id, in the caller's transaction; nothing to do where nobody is known. */
gboolean actor_record(Session *session, Actor *actor, gint64 now, GError **error);

/* person, channel and assurance into the event's data, the rest of the evidence into its side record. */
void actor_sign(const Session *session, const Actor *actor, Event *event);

/* What an error calls them. */
const char *actor_label(const Actor *actor);

#endif
