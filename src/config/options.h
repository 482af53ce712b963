/* Option tables: one table says of each option its name, type, default, range and help; reading a file, `check`, the printed
 * defaults and the manual's option list all come from it. */
#ifndef CONFIG_OPTIONS_H
#define CONFIG_OPTIONS_H

#include "config/file.h"

typedef enum {
	OPTION_TEXT,        /* char *; "" is NULL where `may_be_empty`, else an error */
	OPTION_TEXTS,       /* GPtrArray * of char *; one text is a list of one */
	OPTION_PATH,        /* char *, made absolute beside the file */
	OPTION_PATHS,       /* GPtrArray * of char *, likewise */
	OPTION_WORD,        /* char *, one of `words` */
	OPTION_ENUM,        /* int-sized enum: the place in `words` */
	OPTION_FLAGS,       /* int-sized set of bits: 1 << the place in `words`, at least one */
	OPTION_NUMBER,      /* guint */
	OPTION_FLAG,        /* gboolean */
	OPTION_SECONDS,     /* gint64, written "30s", "5min", "1h" */
	OPTION_SPAN,        /* Span, forward; `least` as its least amount */
	OPTION_TIME,        /* TimeExpression */
	OPTION_TIMES,       /* GArray * of TimeExpression */
	OPTION_MONEY,       /* Money */
	OPTION_NEED,        /* Need: any, all, a number */
	OPTION_SLOTS,       /* GArray * of int, seconds of the day */
	OPTION_SELECTORS,   /* GPtrArray * of Selector; one text is a list of one */
	OPTION_GROUP,       /* { … } of `members`, in the same structure */
	OPTION_LIST,        /* ( { … }, … ): GPtrArray * of what `create` makes, filled by `members` */
	OPTION_NAMED,       /* { NAME = { … }; … }: likewise, each by its name */
	OPTION_NAMED_LISTS, /* { NAME = ( … ); … }: likewise; `members` is the one option that reads the list */
	OPTION_LATER,       /* refused: comes with a later version; always last */
} OptionType;

typedef struct {
	const char *origin;    /* for problems */
	const char *directory; /* what paths are relative to; NULL: the working directory */
	Problems *problems;
	gpointer context; /* for `finish` */
} OptionReader;

typedef struct Option Option;
struct Option {
	const char *name;
	OptionType type;
	gsize offset;        /* in the structure */
	const char *initial; /* the default, as it would be written; NULL: none */
	gboolean required;
	gboolean may_be_empty;          /* texts: ""; lists: without an entry */
	gboolean may_be_one;            /* OPTION_LIST: { … } is a list of one */
	gboolean without_effect;        /* checked as any other, but read nowhere: it has no field. Worth a warning where it is set */
	gint64 least, most;             /* numbers, seconds, spans; most 0 = no bound */
	const char *const *words;       /* NULL-ended */
	const char *const *later_words; /* known, but refused: they come with a later version; NULL */
	/* Of each value: const char * of texts and paths, const Selector *, const TimeExpression *. Its message says what is
	 * wanted. */
	gboolean (*check)(gconstpointer value, GError **error);
	const Option *members;                /* ended by a NULL name */
	gpointer (*create)(const char *name); /* name: NULL in a list */
	/* After the members of one group were read, whether well or not: what they say together. `item` is the structure. */
	void (*finish)(const ConfNode *group, gpointer item, const OptionReader *reader);
	const char *help; /* one sentence for the manual */
};

#define OPTION_OF_LATER(option_name)                        \
	{                                                   \
		.name = (option_name), .type = OPTION_LATER \
	}

/* Reads `group` (NULL: everything has its default and nothing is required) into `item` after the table. What is wrong is
 * reported and leaves its field as it was. */
void options_read(const Option *table, const ConfNode *group, gpointer item, const OptionReader *reader);

/* Reports `wanted` for the node. */
void options_complain(const OptionReader *reader, const ConfNode *node, const char *wanted_format, ...) G_GNUC_PRINTF(3, 4);

/* What the option takes, for people: "a span such as 5bd", "a number from 1 to 100". Owned by the caller. */
char *option_wanted(const Option *option);

/* The option list of a manual page: a .TP paragraph an option, with its path, what it takes, its default and the help. Those of a
 * later version, or without an effect yet, are left out. Owned by the caller. */
char *options_manual(const Option *table);

/* "30s", "5min", "1h", "7d": digits and a unit; FALSE with ERROR_INVALID for anything else or above ten years. */
gboolean seconds_parse(const char *text, gint64 *seconds, GError **error);

#endif
