/* A scratch store for the tests of the store, and events written shortly. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include "base/error.h"
#include "store/sql.h"
#include "store/store.h"

#define FIXTURE_NOW G_GINT64_CONSTANT(1796000000)

typedef struct {
	char *folder;
	char *path;
	char *uri;
	Store *store;
} Fixture;

/* An empty store in a folder of its own, both gone with fixture_clear. */
void fixture_init(Fixture *fixture);
void fixture_clear(Fixture *fixture);
/* Closes the store and opens it again. */
void fixture_reopen(Fixture *fixture);
/* Behind the store's back. */
void fixture_tamper(const Fixture *fixture, const char *script);
gint64 fixture_count(const Fixture *fixture, const char *question);

/* An event of the fixture's instant + `after`; JSON with ' for ", NULL for none. */
Event *fixture_event(const char *type, gint64 after, const char *invoice, const char *data, const char *private);

/* In a transaction of its own, which must succeed; returns the event's number. A message.queued gets bytes made from its id. */
gint64 fixture_record(Fixture *fixture, gint64 after, const char *type, const char *invoice, const char *data, const char *private);
/* In a transaction of its own, which must be refused so; nothing is left of it. Returns the refusal, owned by the caller. */
char *fixture_refused(Fixture *fixture, ErrorKind kind, const char *type, const char *invoice, const char *data, const char *private);

/* Two people, a policy, an invoice with two stages, one approved by one of two, with every kind of event on the way; on hold at the end, and sending is paused. */
void fixture_tell_story(Fixture *fixture);
/* Only as far as a stage with two pending approvals, a1 of p1 and a2 of p2, of invoice i1. */
void fixture_open_approvals(Fixture *fixture);

#endif
