/* Which elements of an XML invoice are looked at, and what becomes of each: the form of the tables. One file a syntax holds them (ubl_map.c, cii_map.c), and
 * xml_invoice.c walks a document along them. An element is told by its whole path from the root; all others are passed over without being kept. So an ID is
 * only what stands at an ID's place. */
#ifndef INTAKE_XML_MAP_H
#define INTAKE_XML_MAP_H

#include "intake/draft.h"

typedef enum {
	XML_SPACE_OTHER,
	XML_SPACE_ENVELOPE,
	XML_SPACE_UBL_INVOICE,
	XML_SPACE_UBL_CREDIT_NOTE,
	XML_SPACE_UBL_AGGREGATE,
	XML_SPACE_UBL_BASIC,
	XML_SPACE_CII,
	XML_SPACE_ZUGFERD1,
	XML_SPACE_CII_AGGREGATE, /* of CII and of ZUGFeRD 1 */
	XML_SPACE_CII_TYPE,      /* likewise */
} XmlSpace;

typedef struct XmlNode XmlNode;

/* An element that is looked at. One with `take` is a value, one with children a group. */
struct XmlNode {
	XmlSpace space;
	const char *name;
	void (*take)(InvoiceDraft *draft, gsize field, const char *value); /* given only values that are not empty */
	const char *attribute;   /* its value is the draft's `attribute` while `take` runs */
	gboolean in_lines;       /* line breaks in the value count */
	gsize field;             /* for `take`: the offset of what it fills */
	const XmlNode *children; /* ended by one without a name; NULL = none */
	void (*begin)(InvoiceDraft *draft);
	void (*end)(InvoiceDraft *draft);
	const char *syntax; /* an invoice of that syntax begins here */
};

#define XML_NODE(space_, name_, ...) {.space = (space_), .name = (name_), __VA_ARGS__}
#define XML_NODE_END {.name = NULL}
#define XML_FACT(member) .take = draft_take_fact, .field = G_STRUCT_OFFSET(InvoiceFacts, member)
#define XML_PARTY(member) .take = draft_take_party, .field = G_STRUCT_OFFSET(Party, member)
#define XML_PARTY_ID(member) .take = draft_take_party_id, .attribute = "schemeID", .field = G_STRUCT_OFFSET(Party, member)

/* What stands in the roots. */
extern const XmlNode ubl_document[];
extern const XmlNode cii_document[];
extern const XmlNode zugferd1_document[];

#endif
