/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 8446 section 4.1 and 5.1, RFC 5246 section 7.4: the layout of what is spoilt here. */
#include "tls-mutator.h"

#include <string.h>

#define RECORD_HEADER 5
#define MESSAGE_HEADER 4
#define MAX_RECORD 16384
#define MAX_FIELDS 256
#define CLIENT_HELLO 1

enum
{
  RECORD_HANDSHAKE = 22,
};

/* A number that says how long something is. */
typedef struct
{
  gsize at;
  guint size;
} Field;

/* A hello, taken apart. */
typedef struct
{
  gsize record_end;      /* what follows are other records */
  gsize extensions_at;   /* behind their length */
  GPtrArray *extensions; /* (element-type GByteArray) type, length, body */
  Field fields[MAX_FIELDS];
  guint n_fields;
} Hello;

static guint
get_number (const guint8 *data, guint size)
{
  guint number = 0;

  for (guint i = 0; i < size; i++)
    number = number << 8 | data[i];
  return number;
}

static void
set_number (guint8 *data, guint size, guint number)
{
  for (guint i = 0; i < size; i++)
    data[i] = (guint8) (number >> 8 * (size - 1 - i));
}

static guint
below (GRand *rand, gsize n)
{
  return n > 1 ? (guint) g_rand_int_range (rand, 0, (gint32) n) : 0;
}

static void
append_random (GByteArray *array, gsize n, GRand *rand)
{
  for (gsize i = 0; i < n; i++)
    g_byte_array_append (array, &(guint8){ (guint8) g_rand_int (rand) }, 1);
}

static GByteArray *
dup_part (const guint8 *data, gsize len)
{
  return g_byte_array_append (g_byte_array_new (), data, (guint) len);
}

/* ---- taking apart; what is taken apart is honest ---- */

static void
add_field (Hello *self, gsize at, guint size)
{
  if (self->n_fields < MAX_FIELDS)
    self->fields[self->n_fields++] = (Field){ at, size };
}

static void
read_extensions (Hello *self, const guint8 *data)
{
  gsize at = self->extensions_at;

  while (at < self->record_end)
    {
      guint len = get_number (data + at + 2, 2);

      add_field (self, at + 2, 2);
      if (len >= 3)
        add_field (self, at + 4, 2);
      g_ptr_array_add (self->extensions, dup_part (data + at, 4 + len));
      at += 4 + len;
    }
  g_assert_cmpuint (at, ==, self->record_end);
}

static void
read_hello (Hello *self, const guint8 *data)
{
  gsize at = RECORD_HEADER + MESSAGE_HEADER + 2 + 32;

  self->record_end = RECORD_HEADER + get_number (data + 3, 2);
  self->extensions = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);
  add_field (self, at, 1);
  at += 1 + data[at];
  if (data[RECORD_HEADER] == CLIENT_HELLO)
    {
      add_field (self, at, 2);
      at += 2 + get_number (data + at, 2);
      add_field (self, at, 1);
      at += 1 + data[at];
    }
  else
    at += 3;
  add_field (self, at, 2);
  self->extensions_at = at + 2;
  read_extensions (self, data);
}

/* The lengths of records, of the messages in them, and of the lists that those may begin with. */
static void
read_records (Hello *self, const GByteArray *flight)
{
  for (gsize at = 0; at < flight->len; at += RECORD_HEADER + get_number (flight->data + at + 3, 2))
    {
      gsize body = at + RECORD_HEADER;

      add_field (self, at + 3, 2);
      if (flight->data[at] != RECORD_HANDSHAKE)
        continue;
      add_field (self, body + 1, 3);
      if (body + 10 < flight->len)
        {
          add_field (self, body + 4, 3);
          add_field (self, body + 7, 3);
        }
    }
}

static void
hello_init (Hello *self, const GByteArray *flight)
{
  *self = (Hello){ 0 };
  read_hello (self, flight->data);
  read_records (self, flight);
}

static void
hello_clear (Hello *self)
{
  g_ptr_array_unref (self->extensions);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Hello, hello_clear)

/* ---- putting together ---- */

static void
append_records_of (GByteArray *out, const guint8 *header, const guint8 *data, gsize len)
{
  for (gsize at = 0; at < len; at += MAX_RECORD)
    {
      gsize n = MIN (len - at, MAX_RECORD);

      g_byte_array_append (out, header, RECORD_HEADER);
      set_number (out->data + out->len - 2, 2, (guint) n);
      g_byte_array_append (out, data + at, (guint) n);
    }
}

/* With the extensions as they are now. */
static GByteArray *
build (const Hello *self, const GByteArray *flight)
{
  g_autoptr (GByteArray) message
      = dup_part (flight->data + RECORD_HEADER, self->extensions_at - RECORD_HEADER);
  gsize extensions_at = message->len;
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; i < self->extensions->len; i++)
    {
      const GByteArray *extension = self->extensions->pdata[i];

      g_byte_array_append (message, extension->data, extension->len);
    }
  set_number (message->data + extensions_at - 2, 2, message->len - (guint) extensions_at);
  set_number (message->data + 1, 3, message->len - MESSAGE_HEADER);
  append_records_of (out, flight->data, message->data, message->len);
  return g_byte_array_append (out, flight->data + self->record_end,
                              (guint) (flight->len - self->record_end));
}

static GByteArray *
dup_extension (const Hello *self, guint i)
{
  const GByteArray *extension = self->extensions->pdata[i];

  return dup_part (extension->data, extension->len);
}

static void
swap_extensions (Hello *self, GRand *rand)
{
  guint a = below (rand, self->extensions->len), b = below (rand, self->extensions->len);
  gpointer held = self->extensions->pdata[a];

  self->extensions->pdata[a] = self->extensions->pdata[b];
  self->extensions->pdata[b] = held;
}

static void
fill_extension (Hello *self, GRand *rand)
{
  GByteArray *extension = self->extensions->pdata[below (rand, self->extensions->len)];
  guint len = below (rand, below (rand, 8) == 0 ? 4096 : 64);

  g_byte_array_set_size (extension, 4);
  set_number (extension->data + 2, 2, len);
  append_random (extension, len, rand);
  /* Often a list whose length is right. */
  if (len >= 2 && below (rand, 2) == 0)
    set_number (extension->data + 4, 2, len - 2);
}

/* Kinds that there are, and those of drafts and GREASE. */
static void
add_many_extensions (Hello *self, GRand *rand)
{
  guint n = below (rand, 400);

  for (guint i = 0; i < n; i++)
    {
      GByteArray *extension = g_byte_array_new ();
      guint len = below (rand, 16);

      g_byte_array_set_size (extension, 4);
      set_number (extension->data, 2,
                  below (rand, 2) == 0 ? below (rand, 70) : below (rand, G_MAXUINT16));
      set_number (extension->data + 2, 2, len);
      append_random (extension, len, rand);
      g_ptr_array_insert (self->extensions, (gint) below (rand, self->extensions->len + 1),
                          extension);
    }
}

static GByteArray *
mutate_extensions (Hello *self, const GByteArray *flight, TlsMutation mutation, GRand *rand)
{
  guint chosen = below (rand, self->extensions->len);

  if (self->extensions->len == 0)
    return build (self, flight);
  switch ((guint) mutation)
    {
    case TLS_DUPLICATE_EXTENSION:
      g_ptr_array_insert (self->extensions, (gint) below (rand, self->extensions->len + 1),
                          dup_extension (self, chosen));
      break;
    case TLS_REMOVE_EXTENSION:
      g_ptr_array_remove_index (self->extensions, chosen);
      break;
    case TLS_SWAP_EXTENSIONS:
      swap_extensions (self, rand);
      break;
    case TLS_FILL_EXTENSION:
      fill_extension (self, rand);
      break;
    default:
      add_many_extensions (self, rand);
      break;
    }
  return build (self, flight);
}

/* ---- without regard for lengths ---- */

static void
flip_bits (GByteArray *out, GRand *rand)
{
  for (guint n = 1 + below (rand, 8); n > 0; n--)
    out->data[below (rand, out->len)] ^= (guint8) (1 << below (rand, 8));
}

static void
change_length (const Hello *self, GByteArray *out, GRand *rand)
{
  const Field *field = &self->fields[below (rand, self->n_fields)];
  guint old = get_number (out->data + field->at, field->size);
  const guint values[] = { 0,         old + 1, old - 1,          old + below (rand, 64), old * 2,
                           G_MAXUINT, 0x3fff,  MAX_RECORD + 256, g_rand_int (rand) };

  set_number (out->data + field->at, field->size, values[below (rand, G_N_ELEMENTS (values))]);
}

/* The hello in many records, some of them of no bytes. */
static GByteArray *
split_records (const Hello *self, const GByteArray *flight, GRand *rand)
{
  GByteArray *out = g_byte_array_new ();
  gsize at = RECORD_HEADER, max = 1 + below (rand, 100);

  while (at < self->record_end)
    {
      gsize n = MIN (below (rand, max + 1), self->record_end - at);

      g_byte_array_append (out, flight->data, RECORD_HEADER);
      set_number (out->data + out->len - 2, 2, (guint) n);
      g_byte_array_append (out, flight->data + at, (guint) n);
      at += n;
    }
  return g_byte_array_append (out, flight->data + self->record_end,
                              (guint) (flight->len - self->record_end));
}

/* A record of any type ahead of the flight, behind it, or in it behind the hello. */
static GByteArray *
insert_record (const Hello *self, const GByteArray *flight, GRand *rand)
{
  const gsize places[] = { 0, self->record_end, flight->len };
  gsize place = places[below (rand, G_N_ELEMENTS (places))];
  guint8 header[RECORD_HEADER] = { (guint8) (19 + below (rand, 8)), 3, 3 };
  guint len = below (rand, 4) == 0 ? below (rand, 600) : 1 + below (rand, 4);
  GByteArray *out = dup_part (flight->data, place);

  set_number (header + 3, 2, len);
  g_byte_array_append (out, header, sizeof header);
  append_random (out, len, rand);
  return g_byte_array_append (out, flight->data + place, (guint) (flight->len - place));
}

/* What followed the hello first, or the hello twice. */
static GByteArray *
swap_records (const Hello *self, const GByteArray *flight)
{
  GByteArray *out = dup_part (flight->data + self->record_end, flight->len - self->record_end);

  g_byte_array_append (out, flight->data, (guint) self->record_end);
  return g_byte_array_append (out, flight->data, (guint) self->record_end);
}

static void
randomise_span (GByteArray *out, GRand *rand)
{
  gsize from = below (rand, out->len), n = MIN (1 + below (rand, 64), out->len - from);

  for (gsize i = 0; i < n; i++)
    out->data[from + i] = (guint8) g_rand_int (rand);
}

/* A message of nonsense, with right lengths and of a type that there is. */
static GByteArray *
random_message (const GByteArray *flight, GRand *rand)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  GByteArray *out = g_byte_array_new ();
  guint len = below (rand, below (rand, 16) == 0 ? 70000 : 400);

  g_byte_array_append (message, &(guint8){ (guint8) below (rand, 26) }, 1);
  g_byte_array_set_size (message, MESSAGE_HEADER);
  set_number (message->data + 1, 3, len);
  append_random (message, len, rand);
  append_records_of (out, flight->data, message->data, message->len);
  return out;
}

GByteArray *
tls_mutate (const GByteArray *flight, TlsMutation mutation, guint round, GRand *rand)
{
  g_auto (Hello) hello = { 0 };
  GByteArray *out;

  hello_init (&hello, flight);
  if (mutation >= TLS_DUPLICATE_EXTENSION && mutation <= TLS_MANY_EXTENSIONS)
    return mutate_extensions (&hello, flight, mutation, rand);
  if (mutation == TLS_SPLIT_RECORDS)
    return split_records (&hello, flight, rand);
  if (mutation == TLS_INSERT_RECORD)
    return insert_record (&hello, flight, rand);
  if (mutation == TLS_SWAP_RECORDS)
    return swap_records (&hello, flight);
  if (mutation == TLS_RANDOM_MESSAGE)
    return random_message (flight, rand);
  out = dup_part (flight->data, flight->len);
  if (mutation == TLS_FLIP_BITS)
    flip_bits (out, rand);
  else if (mutation == TLS_TRUNCATE)
    g_byte_array_set_size (out, round % flight->len);
  else if (mutation == TLS_TRUNCATE_RECORD)
    {
      g_byte_array_set_size (out, RECORD_HEADER + round % (guint) (hello.record_end - 5));
      set_number (out->data + 3, 2, out->len - RECORD_HEADER);
    }
  else if (mutation == TLS_CHANGE_LENGTH)
    change_length (&hello, out, rand);
  else if (mutation == TLS_RANDOM_SPAN)
    randomise_span (out, rand);
  else
    {
      g_byte_array_set_size (out, 0);
      append_random (out, below (rand, 600), rand);
    }
  return out;
}
