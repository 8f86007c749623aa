package dev.halcyon.objectstore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A road to an HTTP server on which requests and answers can be lost: it takes one exchange of a
/// connection after the other and hands both sides on unchanged, unless a fault is waiting for it.
final class FaultyLink implements Closeable {
  private enum Kind {
    REPLY,
    CUT_ANSWER
  }

  /// What happens to the next exchange whose request line contains a text.
  private record Fault(String request, Kind kind, String reply, long bytes, Runnable then) {}

  private final ServerSocket listener;
  private final URI target;
  private final List<Fault> faults = new ArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  FaultyLink(URI target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /// Answers the next `times` requests itself; the server never sees them.
  void reply(String request, int times, String statusLine) {
    replyWith(request, times, statusLine + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }

  /// Answers the next `times` requests with S3's error `code`; the server never sees them.
  void refuse(String request, int times, String code) {
    String body = "<Error><Code>%s</Code><Message>refused</Message></Error>".formatted(code);
    replyWith(
        request,
        times,
        "409 Conflict\r\nContent-Type: application/xml\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(body.length(), body));
  }

  private void replyWith(String request, int times, String answer) {
    for (int i = 0; i < times; i++) {
      add(new Fault(request, Kind.REPLY, answer, 0, () -> {}));
    }
  }

  /// Hands the next `times` requests on, but of each answer's body only `bytes`, and breaks the
  /// connection; `bytes` of -1 loses the head too.
  void cutAnswer(String request, int times, long bytes) {
    for (int i = 0; i < times; i++) {
      cutAnswerAnd(request, bytes, () -> {});
    }
  }

  void cutAnswerAnd(String request, long bytes, Runnable then) {
    add(new Fault(request, Kind.CUT_ANSWER, "", bytes, then));
  }

  /// Runs after the server's answer has come and before the client gets it.
  void beforeEachAnswer(String request, Runnable action) {
    watchers.add(line -> {
      if (line.contains(request)) {
        action.run();
      }
    });
  }

  long countRequests(String request) {
    return requests.stream().filter(line -> line.contains(request)).count();
  }

  synchronized int faultsLeft() {
    return faults.size();
  }

  private synchronized void add(Fault fault) {
    faults.add(fault);
  }

  private synchronized Fault take(String requestLine) {
    for (Fault fault : faults) {
      if (requestLine.contains(fault.request())) {
        faults.remove(fault);
        return fault;
      }
    }
    return null;
  }

  private void accept() {
    while (true) {
      try {
        Socket client = listener.accept();
        sockets.add(client);
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(target.getHost(), target.getPort())) {
      sockets.add(server);
      InputStream fromClient = new BufferedInputStream(client.getInputStream());
      InputStream fromServer = new BufferedInputStream(server.getInputStream());
      while (exchange(fromClient, client, fromServer, server.getOutputStream())) {}
    } catch (IOException e) {
      // One side went away, which is what the other sees now.
    }
  }

  private boolean exchange(
      InputStream fromClient, Socket client, InputStream fromServer, OutputStream toServer)
      throws IOException {
    String head = readHead(fromClient);
    String requestLine = head.substring(0, head.indexOf('\r'));
    requests.add(requestLine);
    Fault fault = take(requestLine);
    if (fault != null && fault.kind() == Kind.REPLY) {
      fromClient.skipNBytes(contentLength(head));
      reply(client, fault);
      return false;
    }
    toServer.write(head.getBytes(ISO_8859_1));
    copy(fromClient, toServer, contentLength(head));
    toServer.flush();
    String answer = readHead(fromServer);
    watchers.forEach(watcher -> watcher.accept(requestLine));
    if (fault != null) {
      cut(client, answer, fromServer, fault);
      return false;
    }
    OutputStream toClient = client.getOutputStream();
    toClient.write(answer.getBytes(ISO_8859_1));
    copyBody(requestLine, answer, fromServer, toClient);
    toClient.flush();
    return true;
  }

  private static void reply(Socket client, Fault fault) throws IOException {
    client.getOutputStream().write(("HTTP/1.1 " + fault.reply()).getBytes(ISO_8859_1));
    client.getOutputStream().flush();
  }

  private static void cut(Socket client, String answer, InputStream fromServer, Fault fault)
      throws IOException {
    if (fault.bytes() >= 0) {
      client.getOutputStream().write(answer.getBytes(ISO_8859_1));
      copy(fromServer, client.getOutputStream(), fault.bytes());
      client.getOutputStream().flush();
    }
    fault.then().run();
  }

  private static void copyBody(String requestLine, String answer, InputStream from, OutputStream to)
      throws IOException {
    if (requestLine.startsWith("HEAD ") || answer.startsWith("HTTP/1.1 204")) {
      return;
    }
    if (!answer.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked")) {
      copy(from, to, contentLength(answer));
      return;
    }
    long size;
    do {
      String line = readLine(from);
      to.write(line.getBytes(ISO_8859_1));
      size = Long.parseLong(line.strip(), 16);
      copy(from, to, size + 2);
    } while (size > 0);
  }

  private static String readHead(InputStream from) throws IOException {
    StringBuilder head = new StringBuilder();
    String line;
    do {
      line = readLine(from);
      head.append(line);
    } while (!line.equals("\r\n"));
    return head.toString();
  }

  private static String readLine(InputStream from) throws IOException {
    StringBuilder line = new StringBuilder();
    do {
      int next = from.read();
      if (next < 0) {
        throw new EOFException();
      }
      line.append((char) next);
    } while (line.charAt(line.length() - 1) != '\n');
    return line.toString();
  }

  private static long contentLength(String head) {
    return head.lines()
        .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
        .mapToLong(line -> Long.parseLong(line.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  private static void copy(InputStream from, OutputStream to, long count) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = count;
    while (left > 0) {
      int done = from.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (done < 0) {
        throw new EOFException();
      }
      to.write(buffer, 0, done);
      left -= done;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
