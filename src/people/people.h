/* People: from selectors to persons the directory knows, and from those to the opaque ids of the record. */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include "domain/resolve.h"
#include "domain/sighting.h"
#include "session/session.h"

/* The directory as a source of people, asked each question once a pass (with `steps`, anew); borrows the session. */
PeopleSource people_source(Session *session);

/* TRUE while something is gathered and was unknown only because the directory has not been asked yet: then nobody is to hear of that. */
gboolean people_are_awaited(Session *session);

/* Asks for all that says whose calendar is whose, so that people_calendar() need not. */
void people_ask_calendars(Session *session, const Policy *policy);
/* Whether people_calendar() has nothing to ask. */
gboolean people_calendars_are_known(Session *session, const Policy *policy);

/* resolve_selector() by the directory. FALSE = unknown, the directory did not say (ERROR_UNAVAILABLE …). */
gboolean people_resolve(Session *session, const Selector *selector, const SelectorContext *context, GPtrArray **people, GPtrArray *steps,
                        GError **error);

/* The same for a list of selectors. */
gboolean people_resolve_all(Session *session, const GPtrArray *selectors, const SelectorContext *context, GPtrArray **people,
                            GPtrArray *steps, GError **error);

/* Whom the directory knows by that uid, or that address; owned by the caller. ERROR_NOT_FOUND: nobody; ERROR_CONFLICT: several. */
Person *people_named(Session *session, const char *uid_or_mail, GError **error);

/* Asks for the person with that id, and where nobody is found by it, for the entry at the name that they had when they were recorded: a manager, a member or whoever a
 * lookup points to may lie where people are not searched. Nobody = neither finds them; as_of is then the older of the two. As answers_ask(); `steps` may be NULL. */
KeptAnswer *people_ask_again(Session *session, const char *directory_id, GPtrArray *steps);

/* What the directory says of a person whom it knew by that id (DESIGN.md 3, rule 6). */
typedef struct {
	PersonAnswer answer;
	Person *person; /* usable and unusable: as the directory has them; else NULL */
	gint64 as_of;   /* when the server said so; unknown: INSTANT_NONE */
	gboolean stale; /* it does not answer now: that is its last good answer */
} PersonLook;
void person_look_clear(PersonLook *look);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PersonLook, person_look_clear)

/* Looks the person up again, once a pass. "mail:address" (somebody whom the directory does not know) is usable as long as the address is one. */
void people_look_again(Session *session, const char *directory_id, PersonLook *look);

/* The same by what the directory said last, also before this pass: it is not asked. Unknown where that is too old to serve, or was that there is nobody: of
 * an old "nobody" nobody is gone. */
void people_look_back(Session *session, const char *directory_id, PersonLook *look);

/* The opaque id of a person; appends person.recorded where they are new or what is known of them changed. Inside a transaction. Owned by the caller. */
char *people_record(Session *session, const Person *person, gint64 now, GError **error);

/* Whose calendar: DESIGN.md 2. The last good answer will do, so that no decision waits for the directory. `administration`: the name of that of the invoice it is about; NULL where it has none, or it is about none. Borrowed from the
 * policy. */
Calendar *people_calendar(Session *session, const Policy *policy, const char *administration, const Person *person);

#endif
