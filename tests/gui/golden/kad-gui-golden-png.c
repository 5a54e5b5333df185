/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See https://www.w3.org/TR/png/, 5 (datastream) and 11.2 (chunks). */
#include "kad-gui-golden-png.h"

#include <gio/gio.h>

#define MAX_COLORS 256

static void
append_uint (GByteArray *file, guint32 value)
{
  const guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (file, (const guint8 *) &big, sizeof big);
}

/* The CRC-32 of ISO 3309. */
static guint32
get_crc (const guint8 *data, gsize len)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < len; i++)
    {
      crc ^= data[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
  return ~crc;
}

static void
append_chunk (GByteArray *file, const char *type, const guint8 *data, gsize len)
{
  gsize begin;

  append_uint (file, (guint32) len);
  begin = file->len;
  g_byte_array_append (file, (const guint8 *) type, 4);
  if (len > 0)
    g_byte_array_append (file, data, (guint) len);
  append_uint (file, get_crc (file->data + begin, file->len - begin));
}

static void
append_header (GByteArray *file, guint width, guint height)
{
  g_autoptr (GByteArray) header = g_byte_array_new ();
  /* 8 bits, a palette, deflate, the usual filters, not interlaced. */
  const guint8 rest[] = { 8, 3, 0, 0, 0 };

  append_uint (header, width);
  append_uint (header, height);
  g_byte_array_append (header, rest, sizeof rest);
  append_chunk (file, "IHDR", header->data, header->len);
}

/* The place of a colour in the palette; negative: it is full. */
static int
find_color (GHashTable *places, GByteArray *palette, const guint8 *pixel)
{
  guint color = ((guint) pixel[0] << 16) | ((guint) pixel[1] << 8) | pixel[2];
  gpointer place;

  if (g_hash_table_lookup_extended (places, GUINT_TO_POINTER (color), NULL, &place))
    return GPOINTER_TO_INT (place);
  if (palette->len == 3 * MAX_COLORS)
    return -1;
  place = GINT_TO_POINTER ((int) palette->len / 3);
  g_hash_table_insert (places, GUINT_TO_POINTER (color), place);
  g_byte_array_append (palette, pixel, 3);
  return GPOINTER_TO_INT (place);
}

/* Rows of places, each behind its filter, which is none. */
static GByteArray *
new_rows (const guint8 *pixels, guint width, guint height, GByteArray *palette)
{
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  const guint8 no_filter = 0;

  for (guint y = 0; y < height; y++)
    {
      g_byte_array_append (rows, &no_filter, 1);
      for (guint x = 0; x < width; x++)
        {
          int place = find_color (places, palette, pixels + ((gsize) y * width + x) * 3);
          guint8 byte = (guint8) place;

          if (place < 0)
            return NULL;
          g_byte_array_append (rows, &byte, 1);
        }
    }
  return g_steal_pointer (&rows);
}

static GBytes *
compress (const GByteArray *rows)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream
      = g_converter_output_stream_new (memory, G_CONVERTER (compressor));

  g_output_stream_write_all (stream, rows->data, rows->len, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

GBytes *
kad_gui_golden_png_new (const guint8 *pixels, guint width, guint height)
{
  static const guint8 signature[] = { 137, 80, 78, 71, 13, 10, 26, 10 };
  g_autoptr (GByteArray) palette = g_byte_array_new ();
  g_autoptr (GByteArray) rows = new_rows (pixels, width, height, palette);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) data = NULL;
  gconstpointer bytes;
  gsize len;

  if (rows == NULL)
    return NULL;
  data = compress (rows);
  bytes = g_bytes_get_data (data, &len);
  g_byte_array_append (file, signature, sizeof signature);
  append_header (file, width, height);
  append_chunk (file, "PLTE", palette->data, palette->len);
  append_chunk (file, "IDAT", bytes, len);
  append_chunk (file, "IEND", NULL, 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&file));
}
