package dev.halcyon.plots.figure;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/// A figure as SVG, through Batik.
final class SvgEncoder {
  private static final String SVG = "http://www.w3.org/2000/svg";

  private SvgEncoder() {}

  static byte[] encode(Figure figure) {
    Document document = emptyDocument();
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
    context.setComment(null);
    SVGGraphics2D graphics = new SVGGraphics2D(context, false);
    graphics.setSVGCanvasSize(new Dimension(figure.width(), figure.height()));
    new MarkPainter(graphics, SvgEncoder::drawText).paint(figure);
    Element root = graphics.getRoot(document.getDocumentElement());
    finish(root, figure);
    return serialize(document);
  }

  private static void drawText(
      Graphics2D graphics, String text, TextStyle style, double x, double y) {
    graphics.setFont(Typeface.font(style.size()));
    graphics.drawString(text, (float) x, (float) y);
  }

  private static void finish(Element root, Figure figure) {
    root.setAttribute("viewBox", "0 0 " + figure.width() + " " + figure.height());
    root.setAttribute("role", "img");
    replaceFontFamilies(root);
    addFullTexts(root, figure);
    root.insertBefore(
        element(root, "style", "rect{shape-rendering:crispEdges}"), root.getFirstChild());
    root.insertBefore(element(root, "title", figure.title()), root.getFirstChild());
  }

  private static void replaceFontFamilies(Element root) {
    NodeList all = root.getElementsByTagName("*");
    replaceFontFamily(root);
    for (int i = 0; i < all.getLength(); i++) {
      replaceFontFamily((Element) all.item(i));
    }
  }

  private static void replaceFontFamily(Element element) {
    if (element.hasAttribute("font-family")) {
      element.setAttribute("font-family", Typeface.FAMILIES);
    }
  }

  // Batik appends elements in painting order, so its texts pair off with the figure's labels.
  private static void addFullTexts(Element root, Figure figure) {
    NodeList texts = root.getElementsByTagNameNS(SVG, "text");
    Iterator<Mark.Label> labels = labels(figure).iterator();
    for (int i = 0; i < texts.getLength(); i++) {
      Mark.Label label = labels.next();
      if (label.elided()) {
        texts.item(i).appendChild(element(root, "title", label.full()));
      }
    }
  }

  private static List<Mark.Label> labels(Figure figure) {
    return figure.marks().stream()
        .filter(Mark.Label.class::isInstance)
        .map(Mark.Label.class::cast)
        .toList();
  }

  private static Element element(Element root, String name, String text) {
    Element element = root.getOwnerDocument().createElementNS(SVG, name);
    element.setTextContent(text);
    return element;
  }

  private static Document emptyDocument() {
    try {
      return DocumentBuilderFactory.newDefaultNSInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("the JDK's XML parser cannot make a document", e);
    }
  }

  private static byte[] serialize(Document document) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
      transformer.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
      transformer.transform(new DOMSource(document), new StreamResult(bytes));
    } catch (TransformerException e) {
      throw new IllegalStateException("the JDK's XML writer refused the SVG", e);
    }
    return bytes.toByteArray();
  }
}
