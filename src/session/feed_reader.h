/* Calendars of absences read in threads of their own, so that one that hangs delays nothing. */
#ifndef SESSION_FEED_READER_H
#define SESSION_FEED_READER_H

#include "ics/feed_absences.h"

typedef struct {
	const char *source;                  /* https:// or http:// address, or path */
	const char *ca_file;                 /* NULL: the system's */
	const char *etag, *modified, *sha256; /* of what is known already: an answer that is the same is not read again. NULL: it is */
	gint64 timeout_s;
	gint64 from, until; /* the absences that reach into [from, until) are wanted */
} FeedOrder;

typedef struct {
	char *source;
	GError *error;         /* it could not be read: what follows is empty */
	IcsAbsences *absences; /* NULL: it is as it was */
	char *etag, *modified, *sha256; /* of what was read; NULL */
	gint64 max_age_s;      /* for how long it says that it is fresh; 0 = it does not */
} FeedReading;
void feed_reading_free(FeedReading *reading);

typedef struct FeedReaders FeedReaders;

FeedReaders *feed_readers_new(void);
void feed_readers_free(FeedReaders *readers); /* waits for nobody: a thread that is under way frees what it has when it comes back */

/* FALSE: not now, since that calendar is being read still, or eight are. */
gboolean feed_readers_start(FeedReaders *readers, const FeedOrder *order);

/* Whether something is under way that may still come back. */
gboolean feed_readers_are_busy(const FeedReaders *readers);

/* Of FeedReading: what has come back, once each, after waiting for all, but no longer than `patience_us`. One that is not back long after its time is given as
 * an ERROR_UNAVAILABLE and left to itself; it is not started again before it is back. */
GPtrArray *feed_readers_collect(FeedReaders *readers, gint64 patience_us);

#endif
